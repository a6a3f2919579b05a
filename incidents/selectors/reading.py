"""One case as its page shows it: the case with everything beside it, its facts as lines, its timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.attachments import attachments_for, attachments_of
from core.models import Attachment
from incidents.categories import category_label
from incidents.models import Case, CaseEntry, EntryKind
from incidents.selectors.told import RATED, WROTE
from incidents.selectors.wording import text_of
from incidents.workflows import Workflow, workflow_of

#: What a page of one case needs, in one query.
WHOLE = (
    "site",
    "zone",
    "reported_by",
    "assigned_to",
    "resolved_by",
    "verified_by",
    "duplicate_of",
    "recurrence_of",
    "answer__item",
    "answer__check_made__version__checklist",
    "incident",
    "violation__submitted_by",
    "violation__approved_by",
    "hazard__department",
    "hazard__signed_by",
    "request",
    "complaint",
    "follow_up__point",
)

_TONES = {
    EntryKind.OPENED: "info",
    EntryKind.STEP: "ok",
    EntryKind.ACT: "danger",
    EntryKind.MESSAGE: "info",
    EntryKind.PAUSED: "warn",
    EntryKind.RESUMED: "info",
}


#: what changed, by the code of the line
_CHANGES = {
    "priority": gettext_lazy("Other priority"),
    "limits": gettext_lazy("Limits set again"),
    "warned": gettext_lazy("Warned before a limit"),
    "escalated": gettext_lazy("Called"),
    "acknowledged": gettext_lazy("Taken up"),
    "extension_asked": gettext_lazy("More time asked for"),
    "extension_granted": gettext_lazy("More time granted"),
    "extension_refused": gettext_lazy("More time refused"),
    "reported_up": gettext_lazy("Reported upward"),
    "supplemented": gettext_lazy("Report supplemented"),
    "dispatch.lead": pgettext_lazy("dispatch", "Sent"),
    "dispatch.help": gettext_lazy("Sent to help"),
    "dispatch.accept": pgettext_lazy("dispatch", "Accepted"),
    "dispatch.leave": gettext_lazy("On the way"),
    "dispatch.arrive": gettext_lazy("On site"),
    "dispatch.finish": gettext_lazy("Done on site"),
    "dispatch.decline": pgettext_lazy("dispatch", "Declined"),
    "dispatch.withdraw": gettext_lazy("Called back"),
    "dispatch.late.accept": gettext_lazy("Accepted, after it had ended"),
    "dispatch.late.leave": gettext_lazy("On the way, after it had ended"),
    "dispatch.late.arrive": gettext_lazy("On site, after it had ended"),
    "dispatch.late.finish": gettext_lazy("Done on site, after it had ended"),
    "dispatch.late.decline": gettext_lazy("Wanted to decline, too late"),
    "help_asked": gettext_lazy("Another department asked for help"),
    "handed_in": gettext_lazy("Handed in later: the case had moved on"),
    "forgotten": gettext_lazy("What named the resident was erased"),
    "alarm_added": gettext_lazy("Alarm of a device added"),
    "device_heard": gettext_lazy("The device was heard again"),
}

#: what a resident did beside the steps, by the code of the line
_MESSAGES = {WROTE: gettext_lazy("The resident wrote"), RATED: gettext_lazy("Rated by the resident")}

#: texts of the case itself that belong among its facts
_SHARED = ("cause", "lessons", "no_action_reason")


def whole_cases() -> "models.QuerySet[Case]":
    """Cases with everything a page of one shows."""
    return Case.objects.select_related(*WHOLE)


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact with its name; `value` is a text, or a time when `is_time`."""

    label: Any
    value: Any
    is_time: bool = False


def fact_lines(case: Case) -> list[FactLine]:
    """What is known of the facts of its kind, in the order of the model; what is empty is left out."""
    facts = getattr(case, workflow_of(case.kind).facts)
    lines = [FactLine(_("Category"), category_label(case.kind, case.category))]
    if case.subcategory:
        lines.append(FactLine(_("Sub-category"), category_label(case.kind, case.subcategory)))
    lines += [line for field in facts._meta.fields if (line := _line(facts, field)) is not None]
    for field in Case._meta.fields:
        if field.name in _SHARED and (text := getattr(case, field.name)):
            lines.append(FactLine(_capital(field.verbose_name), text))
    return lines


def _line(facts: Any, field: "models.Field[Any, Any]") -> FactLine | None:
    value = getattr(facts, field.name) if not field.primary_key else None
    if value in (None, "", False, 0):
        return None
    label = _capital(field.verbose_name)
    if isinstance(value, datetime):
        return FactLine(label, value, is_time=True)
    if field.choices:
        value = getattr(facts, f"get_{field.name}_display")()
        return (
            FactLine(label, value)
            if facts._meta.get_field(field.name).get_default() != getattr(facts, field.name)
            or field.name == "offender"
            else None
        )
    if value is True:
        return FactLine(label, _("Yes"))
    if isinstance(value, models.Model):
        return FactLine(label, str(value))
    return FactLine(label, value)


def _capital(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline as it is read."""

    at: datetime
    title: str
    who: str
    text: str
    tone: str
    url: str = ""
    files: Sequence[Attachment] = ()


def timeline(case: Case, *, for_resident: bool = False) -> list[Event]:
    """What happened, oldest first. A resident reads what is not internal, and by whom only as "staff"."""
    rows: models.QuerySet[CaseEntry] = case.entries.select_related("actor").order_by("at", "pk")
    if for_resident:
        rows = rows.filter(is_internal=False)
    workflow = workflow_of(case.kind)
    files = {} if for_resident else _files_by_line(case)
    return [
        Event(
            at=entry.at,
            title=title_of(workflow, entry),
            who="" if for_resident or entry.actor is None else entry.actor.name,
            text=text_of(entry),
            tone=_TONES.get(EntryKind(entry.kind), "idle"),
            files=files.get((entry.actor_id, entry.at), ()),
        )
        for entry in rows
    ]


def _files_by_line(case: Case) -> dict[tuple[int | None, datetime | None], list[Attachment]]:
    """Photos and voice notes handed in with a line: by the same person, at the same moment of the phone's clock."""
    found: dict[tuple[int | None, datetime | None], list[Attachment]] = {}
    for file in attachments_of(case):
        if file.device_at is not None:
            found.setdefault((file.made_by_id, file.device_at), []).append(file)
    return found


def title_of(workflow: Workflow, entry: CaseEntry) -> str:
    """What a line of the timeline is called: the step's or act's own words."""
    try:
        if entry.kind == EntryKind.STEP:
            return f"{workflow.step(entry.code).label} → {workflow.state(entry.to_state).label}"
        if entry.kind == EntryKind.ACT:
            return str(workflow.act(entry.code).label)
        if entry.code == "simplified":
            return _("Simplified approval")
    except LookupError:
        pass  # written by an earlier table: the kind of line still says what it is
    if entry.kind in (EntryKind.CHANGED, EntryKind.NOTE) and entry.code in _CHANGES:
        return str(_CHANGES[entry.code])
    if entry.kind == EntryKind.MESSAGE:
        return str(_MESSAGES.get(entry.code) or _("Answer to the resident"))
    if entry.kind == EntryKind.NOTE and entry.is_internal:
        return _("Internal note")
    return str(entry.get_kind_display())


def photos_of(case: Case, *, with_voices: bool = False) -> Sequence[Attachment]:
    """Photos of the case and of the answer it came from, each picture once; voice notes stand in the timeline."""
    photos = [photo for photo in attachments_of(case) if with_voices or not photo.blob.is_sound]
    if case.answer is not None:
        known = {photo.blob_id for photo in photos}
        from_answer = attachments_for([case.answer]).get(str(case.answer.pk), [])
        photos = [*photos, *(photo for photo in from_answer if photo.blob_id not in known)]
    return photos
