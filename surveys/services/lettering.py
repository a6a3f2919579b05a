"""Letters by the hundred, as a job: setting so many pages takes longer than a page of the application may take to answer."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import jobs, policies
from core.jobs import Failed, Running
from core.models import Job
from core.reports import PdfUnavailable
from organization.models import Person
from surveys.models import Wave
from surveys.papers.letters import letters
from surveys.services.inviting import MOST_LETTERS, not_printed, to_print

NO_RIGHT = _("Your role at this site does not allow it any more.")
NO_PDF = _("This installation cannot make PDF documents.")


@transaction.atomic
def request_letters(*, user: Person, wave: Wave, which: str) -> Job | None:
    """Start the job that prints letters: "all", or reminders to those "missing"; None when there is none to print.

    They are noted as sent at once, so that the next file holds the next ones. Raises PermissionDenied,
    ValidationError when the wave takes no answers any more.
    """
    chosen = to_print(user=user, wave=wave, which=which, most=MOST_LETTERS)
    if not chosen:
        return None
    params = {"wave": wave.pk, "which": which, "invitations": [one.pk for one in chosen]}
    return jobs.start("surveys.letters", user=user, site=wave.site, params=params)


@jobs.kind("surveys.letters", _("Letters of a survey"))
def make(job: Running) -> None:
    """The job: one PDF, a page for each household, in the order asked for. What was redrawn meanwhile is left out."""
    wave = Wave.objects.select_related("site__company").get(pk=job.params["wave"])
    keys, which = job.params["invitations"], job.params["which"]
    if not policies.allowed(job.user, "collect", wave):
        not_printed(wave, keys, which)
        raise Failed(NO_RIGHT)
    known = wave.invitations.select_related("household__building").in_bulk(keys)
    chosen = [known[key] for key in keys if key in known]
    job.progress(0, len(chosen), _("Setting the pages"))
    try:
        content = letters(wave, chosen, is_reminder=which == "missing")
    except PdfUnavailable as error:
        not_printed(wave, keys, which)
        raise Failed(NO_PDF) from error
    job.progress(len(chosen), len(chosen))
    job.attach(f"survey-{wave.pk}-letters.pdf", content)
