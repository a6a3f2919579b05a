"""What the page of a case says about the resident who reported it, to whoever may know."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.policies import allowed
from incidents.links import case_url
from incidents.models import Case, CaseKind, FollowUp


@dataclass(frozen=True, slots=True)
class ResidentCard:
    """How a resident is reached and follows the case. `url` is "" where there is no link that can be shown."""

    case: Case
    follow_up: FollowUp | None
    url: str
    may_see: bool
    may_answer: bool
    may_erase: bool

    @property
    def is_known(self) -> bool:
        """Is anything known of a resident?"""
        return bool(self.follow_up or self.case.reporter_name or self.case.reporter_phone)

    @property
    def is_erased(self) -> bool:
        """Was it, once?"""
        return self.follow_up is not None and self.follow_up.erased_at is not None

    @property
    def rating(self) -> int | None:
        """One to five; None when it is no request or not rated."""
        return self.case.request.rating if self.case.kind == CaseKind.SERVICE_REQUEST else None


def resident_card(user: Any, case: Case) -> ResidentCard | None:
    """The card; None for who may neither know the resident nor answer them, and for what staff reported for the house."""
    may_answer, may_see = allowed(user, "message", case), allowed(user, "reporter", case)
    if not may_answer and not may_see:
        return None
    found: FollowUp | None = getattr(case, "follow_up", None)
    is_alive = found is not None and found.erased_at is None
    return ResidentCard(
        case=case,
        follow_up=found,
        url=case_url(found) if found is not None and is_alive and may_answer else "",
        may_see=may_see,
        may_answer=may_answer,
        may_erase=allowed(user, "erase_reporter", case),
    )


def as_data(card: ResidentCard) -> dict[str, Any]:
    """The card for the API: plain values."""
    case, found = card.case, card.follow_up
    is_request = case.kind == CaseKind.SERVICE_REQUEST
    return {
        "name": case.reporter_name if card.may_see else "",
        "phone": case.reporter_phone if card.may_see else "",
        "email": found.email if found is not None and card.may_see else "",
        "unit": found.unit if found is not None and card.may_see else "",
        "language": found.language if found is not None else "",
        "link": card.url,
        "opened_at": found.opened_at if found is not None else None,
        "erased_at": found.erased_at if found is not None else None,
        "rating": card.rating,
        "rating_text": case.request.rating_text if is_request else "",
    }


def kept_of(follow_up: FollowUp) -> list[tuple[Any, str]]:
    """What is kept of the resident, as their own page says it: enough to recognise it, not enough to learn it."""
    case = follow_up.case
    known = (
        (pgettext("of a person", "Name"), case.reporter_name[:1]),
        (_("Telephone"), case.reporter_phone[-3:]),
        (_("E-mail"), follow_up.email[:1] + follow_up.email[follow_up.email.find("@") :]),
        (pgettext("of a building", "Unit"), follow_up.unit[:2]),
    )
    masks = ("%s…", "…%s", "%s", "%s…")
    lines = [(label, mask % part) for (label, part), mask in zip(known, masks, strict=True) if part]
    return [(label, text.replace("@", "…@", 1)) for label, text in lines]
