"""Names of acts and how they read. Each app registers its own beside the service that records them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

_titles: dict[str, Any] = {}

REFUSED = "core.refused"
FOREIGN = "core.foreign_object"
SIGNED_IN = "core.signed_in"
SIGNED_OUT = "core.signed_out"
SIGN_IN_FAILED = "core.sign_in_failed"
PASSWORD_CHANGED = "core.password_changed"  # noqa: S105 - the name of an act
PASSWORD_RESET = "core.password_reset"  # noqa: S105 - the name of an act
EXPORTED = "core.list_exported"
EVIDENCE_VIEWED = "core.evidence_viewed"
JOB_DOWNLOADED = "core.job_downloaded"
WORK_RETRIED = "core.work_retried"


def register(name: str, title: Any) -> str:
    """Make `name` ("app.past_tense") known; `title` is lazy text and may name details: _("Exported the list %(list)s").

    Returns the name, so that a module can keep it as a constant. Raises ValueError on a second one of that name.
    """
    if name in _titles:
        raise ValueError(f"audit action {name} is registered already")
    _titles[name] = title
    return name


def registered() -> Mapping[str, Any]:
    """All names with their titles."""
    return _titles


def text(name: str, details: Mapping[str, Any]) -> str:
    """How an act reads in the active language; details it does not name stay out."""
    title = str(_titles.get(name, name))
    if "%(" not in title:
        return title
    return title % defaultdict(lambda: "…", {key: str(value) for key, value in details.items()})


register(REFUSED, _("Refused: no permission"))
register(FOREIGN, _("Asked for something out of reach"))
register(SIGNED_IN, _("Signed in"))
register(SIGNED_OUT, _("Signed out"))
register(SIGN_IN_FAILED, _("Sign-in failed"))
register(PASSWORD_CHANGED, _("Changed the password"))
register(PASSWORD_RESET, _("Reset the password"))
register(EXPORTED, _("Exported the list %(list)s"))
register(EVIDENCE_VIEWED, _("Viewed evidence"))
register(JOB_DOWNLOADED, _("Downloaded the file %(file)s"))
register(WORK_RETRIED, _("Had given-up work tried again"))
