"""Residents are forgotten 180 days after the end of their case, in the case and every version of it (PIPL art. 19, 47).

The case stays, with what was wrong and what was done; nobody can be recognised by it any more. At the desk the same is
done at once for whoever asks.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pgtrigger
from django.db import models, transaction
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _
from pghistory.core import event_models

from core import audit, live
from core.clock import now
from core.policies import require
from incidents.models import Case, CaseEntry, CaseSource, EntryKind, FollowUp
from incidents.selectors.told import FROM_RESIDENTS
from incidents.services.paths import facts_of
from organization.models import Person, Site
from organization.models.households import ERASED_NAME

KEPT = timedelta(days=180)
#: Cases in one run; the next hour goes on.
BATCH = 1_000
FORGOTTEN = audit.register_action(
    "incidents.resident_forgotten", _("Erased what named the resident of case %(number)s")
)
FORGOTTEN_OVERDUE = audit.register_action(
    "incidents.residents_forgotten_overdue", _("Erased the residents of %(count)s cases whose time was over")
)
#: Columns that hold codes of the product, in which no name stands.
_CODES = frozenset({"number", "state", "category", "subcategory"})
#: Digits of a telephone number without the code of its country.
NATIONAL = 11
#: A unit shorter than this may be part of any number.
SHORTEST_UNIT = 4
_NUMBER = re.compile(r"(?<!\d)\+?\d(?:[\s-]?\d){6,}(?!\d)")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def forget_overdue() -> int:
    """Forget the residents of every case that ended 180 days ago or earlier; how many. Also twice, or late."""
    due = Case.objects.filter(closed_at__lte=now() - KEPT)
    named = due.exclude(Q(reporter_name="", reporter_phone="") | Q(source=CaseSource.AUTHORITY))
    followed = due.filter(follow_up__erased_at=None, follow_up__isnull=False)
    sites: dict[int, int] = {}
    for rows in (followed, named):
        for pk in list(rows.order_by("closed_at", "pk").values_list("pk", flat=True)[:BATCH]):
            with transaction.atomic():
                case = Case.objects.select_for_update(of=("self",)).select_related("site").get(pk=pk)
                _forget(case, actor=None)
                sites[case.site_id] = sites.get(case.site_id, 0) + 1
    for site in Site.objects.filter(pk__in=sites):
        audit.record(FORGOTTEN_OVERDUE, actor=None, site=site, details={"count": sites[site.pk]})
    return sum(sites.values())


@transaction.atomic
def forget_resident(*, user: Person, case: Case) -> None:
    """Forget the resident of one case at once; the link leads nowhere from now on. Raises PermissionDenied."""
    require(user, "erase_reporter", case)
    case = Case.objects.select_for_update(of=("self",)).select_related("site").get(pk=case.pk)
    _forget(case, actor=user)
    audit.record(FORGOTTEN, actor=user, site=case.site, target=case, details={"number": case.number})
    live.publish(f"site:{case.site_id}", "cases", case=case.pk)


def _forget(case: Case, *, actor: Person | None) -> None:
    follow_up = FollowUp.objects.filter(case=case).first()
    words = _names(case, follow_up)
    own = case.source in FROM_RESIDENTS
    _clean(case, words, numbers=own, empty={"reporter_name": "", "reporter_phone": ""})
    _clean(facts_of(case), words, numbers=own, empty={})
    for entry in case.entries.exclude(text=""):
        text = _without(entry.text, words, numbers=entry.actor_id is None)
        if text != entry.text:
            CaseEntry.objects.filter(pk=entry.pk).update(text=text)
    FollowUp.objects.filter(case=case).update(
        email="", unit="", token_sha256=None, is_for_child=False, opened_at=None, erased_at=now()
    )
    CaseEntry.objects.create(case=case, kind=EntryKind.CHANGED, at=now(), actor=actor, code="forgotten")


def _names(case: Case, follow_up: FollowUp | None) -> list[re.Pattern[str]]:
    """What names the resident, as patterns: telephone numbers however they are spaced."""
    plain = [case.reporter_name, follow_up.email if follow_up is not None else ""]
    if follow_up is not None and len(follow_up.unit) >= SHORTEST_UNIT:
        plain.append(follow_up.unit)
    patterns = [_pattern(word) for word in plain if len(word) > 1]
    digits = [one for one in case.reporter_phone if one.isdigit()]
    if len(digits) > 4:
        patterns.append(re.compile(r"\(?" + r"[\s()-]*".join(digits[-NATIONAL:])))
    return patterns


def _pattern(word: str) -> re.Pattern[str]:
    """A word as it is written, whatever its case. Latin ones stand alone: Li is no part of a lift."""
    before = r"(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    after = r"(?![a-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
    return re.compile(before + re.escape(word) + after, re.IGNORECASE)


def _clean(row: Model, words: Iterable[re.Pattern[str]], *, numbers: bool, empty: dict[str, Any]) -> None:
    """Clean a row and then all its versions; the versions stay, since that something happened is no secret."""
    words = list(words)
    texts = [field.name for field in row._meta.concrete_fields if _is_text(field)]
    _rewrite(type(row)._default_manager.filter(pk=row.pk), texts, words, numbers, empty)
    for versions in event_models(tracks_model=type(row)):
        # Versions are append-only; this is the one exception the law demands.
        with pgtrigger.ignore(f"{versions._meta.app_label}.{versions.__name__}:append_only"):
            _rewrite(versions._default_manager.filter(pgh_obj_id=row.pk), texts, words, numbers, empty)


def _rewrite(
    rows: "models.QuerySet[Any]",
    texts: list[str],
    words: list[re.Pattern[str]],
    numbers: bool,
    empty: dict[str, Any],
) -> None:
    for known in list(rows.values("pk", *texts)):
        key = known.pop("pk")
        cleaned = {
            name: _without(value, words, numbers=numbers and name in ("title", "description", "rating_text"))
            for name, value in known.items()
            if value
        }
        changed = {name: value for name, value in cleaned.items() if value != known[name]} | empty
        if changed:
            rows.filter(pk=key).update(**changed)


def _is_text(field: Any) -> bool:
    return (
        isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in _CODES
    )


def _without(text: str, words: Iterable[re.Pattern[str]], *, numbers: bool) -> str:
    """`text` without what names the resident; in a resident's own words also without any number one could call."""
    for word in words:
        text = word.sub(ERASED_NAME, text)
    if numbers:
        text = _ADDRESS.sub(ERASED_NAME, _NUMBER.sub(ERASED_NAME, text))
    return text
