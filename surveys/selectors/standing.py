"""Standing waves: at which sites one is on, and the link a resident is offered with their closed case (R075)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from core.policies import visible
from incidents.models import Case, CaseStatus
from organization.models import Site
from surveys.links import invitation_path
from surveys.models import (
    Answer,
    Audience,
    Dimension,
    Invitation,
    InvitationState,
    Response,
    Wave,
    WaveState,
)
from surveys.scores import DISSATISFIED
from surveys.selectors.progress import Progress, progress_of

#: Answers of the shipped question whether the matter has been settled that say it has not, or not wholly.
NOT_SETTLED = ("no", "partly")
#: What a dissatisfied resident is dissatisfied with, so that somebody should come back to them.
JUDGED = (Dimension.OVERALL, Dimension.SERVICE_QUALITY)
#: Such answers on the page of a wave.
LISTED = 30


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


def to_come_back_to(wave: Wave) -> list[Response]:
    """Answers of a wave with names that say of a closed case that it is not settled, or badly; the latest first.

    A case that was opened again since is somebody's work already. One query.
    """
    if wave.is_anonymous:
        return []
    settled = Q()
    for code in NOT_SETTLED:
        settled |= Q(question__code="solved", choices__contains=[code])
    bad = Answer.objects.filter(
        settled | Q(question__item__in=JUDGED, number__in=DISSATISFIED), response=OuterRef("pk")
    )
    rows = Response.objects.valid().filter(Exists(bad), wave=wave, invitation__case__status=CaseStatus.CLOSED)
    return list(rows.select_related("invitation__case").order_by("-received_at", "pk")[:LISTED])
