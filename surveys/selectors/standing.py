"""Standing waves: at which sites one is on, and the link a resident is offered with their closed case (R075)."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.policies import visible
from incidents.models import Case, CaseStatus
from organization.models import Site
from surveys.links import invitation_path
from surveys.models import Audience, Invitation, InvitationState, Wave, WaveState
from surveys.selectors.progress import Progress, progress_of


@dataclass(frozen=True, slots=True)
class AfterService:
    """Whether residents of a site are asked after a service; `progress` of the wave that is on."""

    site: Site
    progress: Progress | None


def sites_asked(user: object, sites: Iterable[Site]) -> list[AfterService]:
    """Of each of the sites, in their order; three queries."""
    rows = list(sites)
    waves = visible(user, Wave.objects.select_related("site", "version__questionnaire"))
    running = waves.filter(audience=Audience.SERVICE, state=WaveState.OPEN, site__in=rows)
    found = {one.wave.site_id: one for one in progress_of(running)}
    return [AfterService(site, found.get(site.pk)) for site in rows]


def path_for_case(case: Case) -> str:
    """The path of the questions about a closed case, for its resident; "" when there is nothing to answer."""
    if case.status != CaseStatus.CLOSED:
        return ""
    waiting = Invitation.objects.filter(
        case=case, state=InvitationState.INVITED, wave__state=WaveState.OPEN, wave__site__is_active=True
    )
    invitation = waiting.first()
    return "" if invitation is None else invitation_path(invitation)
