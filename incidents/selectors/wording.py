"""The words of a line in the timeline: what the services note in figures and codes is said in the reader's language."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from core.wording import moment
from incidents.models import Aspect, CaseEntry

#: As the services write a moment: the site's wall clock.
_MOMENT = re.compile(r"\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}\b")
_ASPECT = re.compile(rf"\b({'|'.join(Aspect.values)}): ")
_LEVEL = re.compile(r"^(\d+): (.*)", re.DOTALL)


def text_of(entry: CaseEntry) -> str:
    """What the line says. Words that people wrote are left as they are."""
    match entry.code:
        case "limits":
            return "\n".join(_with_moments(_ASPECT.sub(_named, line)) for line in entry.text.split("; "))
        case "escalated" if found := _LEVEL.match(entry.text):
            return _("Level %(level)s: %(names)s") % {"level": found[1], "names": found[2]}
        case "extension_asked" | "extension_granted" | "extension_refused":
            return _with_moments(entry.text, most=1)
    return entry.text


def _named(found: re.Match[str]) -> str:
    return _("%(what)s: %(said)s") % {"what": Aspect(found[1]).label, "said": ""}


def _with_moments(text: str, most: int = 0) -> str:
    """The same with its moments as the reader writes them; `most` of them, 0 means all."""
    return _MOMENT.sub(lambda found: moment(datetime.fromisoformat(found[0]), "datetime"), text, count=most)
