"""Taking results out of the system is an act of record."""

from django.utils.translation import gettext_lazy as _

from core import audit
from core.policies import require
from organization.models import Person
from surveys.models import Wave

EXPORTED = audit.register_action("surveys.results_exported", _("Exported results of a survey (%(form)s)"))


def record_export(*, user: Person, wave: Wave, form: str, with_open: bool) -> None:
    """Note that somebody took the results of a wave as a file. Raises PermissionDenied."""
    require(user, "export", wave)
    audit.record(
        EXPORTED,
        actor=user,
        site=wave.site,
        target=wave,
        details={"form": form, "answers": "all" if with_open else "personal"},
    )
