"""What a step or act asks for, as plain values: so that a phone can draw the form without a network."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from core.clock import local
from incidents.categories import category_choices, subcategory_choices
from incidents.models import Case
from incidents.services.paths import NOTE, PHOTOS, PSEUDO, field_of, value_at
from incidents.workflows import Act, Step

#: Kinds of fields by the model's field, the most particular first.
_KINDS: tuple[tuple[type[Any], str], ...] = (
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.DecimalField, "decimal"),
    (models.IntegerField, "number"),
    (models.TextField, "long"),
)
#: Kinds whose words can stand one after the other.
WORDS = ("text", "long")


def paths_of(step: Step | Act) -> tuple[str, ...]:
    """Everything asked for, demanded first; every act takes a note."""
    if isinstance(step, Step):
        return step.fields
    return step.demands if NOTE in step.demands else (*step.demands, NOTE)


def fields_of(case: Case, step: Step | Act) -> list[dict[str, Any]]:
    """The fields of a step: path, label, kind, whether demanded, and what stands there now; no query.

    `choices` names a list of `choices_of`, which cases of one kind share.
    """
    return [_field(case, path, path in step.demands) for path in paths_of(step)]


def kind_of(case: Case, path: str) -> str:
    """text, long, choice, yesno, check, datetime, date, number, decimal, person, department, note or photos."""
    if path in PSEUDO:
        return path
    if path in ("category", "subcategory"):
        return "choice"
    field = field_of(case, path)
    if field.is_relation:
        return "person" if path == "assigned_to" else "department"
    if field.choices:
        return "choice"
    if isinstance(field, models.BooleanField):
        return "yesno" if field.null else "check"
    return next((kind for model, kind in _KINDS if isinstance(field, model)), "text")


def choices_of(case: Case, path: str) -> list[tuple[str, str]]:
    """What can be chosen, as text, in the active language."""
    if path == "category":
        found: Any = category_choices(case.kind)
    elif path == "subcategory":
        found = subcategory_choices(case.kind)
    else:
        found = field_of(case, path).choices or ()
    return [(str(value), str(label)) for value, label in found]


def raw_of(case: Case, path: str) -> Any:
    """What stands at a path as a form holds it: text, or true and false; times as the site's wall clock shows them."""
    value = value_at(case, path)
    if value is None:
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, bool):
        return ("yes" if value else "no") if kind_of(case, path) == "yesno" else value
    if isinstance(value, datetime):
        return f"{local(value, case.site.zone_info):%Y-%m-%dT%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def label_of(case: Case, path: str) -> str:
    """What a field is called, in the active language."""
    if path == NOTE:
        return _("Note")
    if path == PHOTOS:
        return _("Photos")
    words = str(field_of(case, path).verbose_name)
    return words[:1].upper() + words[1:]


def said(case: Case, path: str, raw: Any) -> str:
    """A typed value as people read it."""
    kind = kind_of(case, path)
    if kind in ("person", "department") and str(raw).isdigit():
        rows: Any = field_of(case, path).related_model
        return str(rows._default_manager.filter(pk=raw, company_id=case.company_id).first() or raw)
    if kind == "choice":
        return dict(choices_of(case, path)).get(str(raw), str(raw))
    if isinstance(raw, bool) or raw in ("yes", "no"):
        return _("Yes") if raw in (True, "yes") else _("No")
    return str(raw)


def _field(case: Case, path: str, is_demanded: bool) -> dict[str, Any]:
    kind = kind_of(case, path)
    described: dict[str, Any] = {
        "path": path,
        "label": label_of(case, path),
        "kind": kind,
        "demanded": is_demanded,
    }
    if path in PSEUDO:
        return described
    field = field_of(case, path)
    described["value"] = raw_of(case, path)
    if field.help_text:
        described["help"] = str(field.help_text)
    if kind == "choice":
        described["choices"] = f"{case.kind}.{path}"
    if isinstance(field, models.CharField) and not field.choices and field.max_length:
        described["most"] = field.max_length
    return described
