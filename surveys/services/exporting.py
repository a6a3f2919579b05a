"""Taking results out of the system, and seeing by what address strangers may answer, are acts of record."""

from django.utils.translation import gettext_lazy as _

from core import audit
from core.policies import require
from organization.models import Person
from surveys import actions
from surveys.links import gate_url
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


def see_address(*, user: Person, wave: Wave) -> str:
    """The address behind the open code, which whoever has it may answer by; that it was looked at is recorded.

    "" where there is none, or the key has changed since. Raises PermissionDenied.
    """
    require(user, "collect", wave)
    if wave.gate_token_sha256 is None:
        return ""
    _record(actions.ADDRESS_SEEN, user, wave)
    return gate_url(wave)


def record_poster(*, user: Person, wave: Wave) -> None:
    """Note that the poster with the open code was printed. Raises PermissionDenied."""
    require(user, "collect", wave)
    _record(actions.POSTER, user, wave)


def _record(action: str, user: Person, wave: Wave) -> None:
    audit.record(action, actor=user, site=wave.site, target=wave, details={"serial": wave.gate_serial})
