"""Nothing that was typed is lost: what could no longer be done becomes a note, what two people wrote is joined (F46, F47)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from core import live
from core.events import emit
from core.offline import Incoming, Refused
from core.offline.messages import FORBIDDEN, UNKNOWN
from incidents import signals
from incidents.models import Case, CaseEntry, EntryKind
from incidents.services.asking import WORDS, kind_of, label_of, raw_of, said
from incidents.services.paths import NOTE
from incidents.services.writing import enter, locked
from incidents.workflows import Step, workflow_of


@contextmanager
def reached(op: Incoming, case_id: int) -> Iterator[None]:
    """A case that is not the author's to see or to act on goes into quarantine, at the case's site if it is theirs."""
    try:
        yield
    except Http404:
        raise Refused(UNKNOWN, "case", site_id=_site_id(op, case_id)) from None
    except PermissionDenied as error:
        raise Refused(FORBIDDEN, str(error), site_id=_site_id(op, case_id)) from error


def keep_words(op: Incoming, case_id: int, words: list[str], why: list[str] | None = None) -> None:
    """Whatever was typed and taken becomes a note, with why it changed nothing. Raises Http404, PermissionDenied."""
    case = locked(op.person, case_id, "note")
    line = CaseEntry(case=case, kind=EntryKind.NOTE, at=op.corrected.at, actor=op.person, code="handed_in")
    line.text = "\n".join([*filter(None, words), *(f"({text})" for text in why or ())])
    line.operation_id = op.id
    enter(case, line, photos=op.photos, made_by=op.person)
    live.publish(f"site:{case.site_id}", "cases", case=case.pk)
    emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)


def lines_of(case: Case, code: str, values: Mapping[str, Any]) -> list[str]:
    """What was typed into a step or act, in the words of the site's language."""
    workflow = workflow_of(case.kind)
    with translation.override(case.site.language):
        named = {step.code: str(step.label) for step in workflow.steps}
        named |= {act.code: str(act.label) for act in workflow.acts}
        lines = [named.get(code, code)]
        for path, raw in values.items():
            if raw in ("", None):
                continue
            try:
                lines.append(str(raw) if path == NOTE else f"{label_of(case, path)}: {said(case, path, raw)}")
            except Exception:  # noqa: BLE001 - a field of another release: its words still count
                lines.append(f"{path}: {raw}")
    return lines


def step_named(case: Case, code: str) -> Step | None:
    """The step of the case's workflow; None for one this release does not have."""
    try:
        return workflow_of(case.kind).step(code)
    except LookupError:
        return None


def joined(
    case: Case, values: Mapping[str, Any], *, typed: Mapping[str, Any], shown: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The values to write (`typed` as the phone sent them), and lines about those that give way to what somebody else wrote meanwhile.

    Texts are put one after the other; of anything else what stands stays, and the phone's word goes into the timeline.
    """
    kept, lost = dict(values), []
    for path in values:
        if path == NOTE or path not in shown:
            continue
        present = raw_of(case, path)
        if present in ("", shown[path], typed.get(path)):
            continue
        if kind_of(case, path) in WORDS:
            kept[path] = f"{present}\n{values[path]}".strip()
            continue
        del kept[path]
        with translation.override(case.site.language):
            lost.append(
                _("%(field)s: %(mine)s (kept: %(theirs)s)")
                % {
                    "field": label_of(case, path),
                    "mine": said(case, path, typed.get(path)),
                    "theirs": said(case, path, present),
                }
            )
    return kept, lost


def _site_id(op: Incoming, case_id: int) -> int | None:
    found: int | None = (
        Case.objects.filter(pk=case_id, company_id=op.company_id).values_list("site_id", flat=True).first()
    )
    return found
