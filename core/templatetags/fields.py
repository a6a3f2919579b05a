"""Form fields: a whole form without its tag, and one bare field of a filter bar."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import forms, template
from django.forms import BoundField
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()


@register.simple_tag(takes_context=True)
def form_fields(context: Context, form: Any) -> SafeString | str:
    """The fields by the form's own crispy helper (or a plain one), without form tag and CSRF field."""
    helper = getattr(form, "helper", None) or FormHelper(form)
    helper.form_tag = False
    helper.disable_csrf = True
    return SafeString(render_crispy_form(form, helper, {"request": context.get("request")}))


ALL = _("All")


def _say_all(field: Any) -> None:
    """In a filter "no choice" means everything: "All" instead of dashes or "Unknown"."""
    if getattr(field, "empty_label", None) is not None:
        field.empty_label = ALL
        field.widget.choices = field.choices
    elif isinstance(field.widget, forms.Select) and not isinstance(field.widget, forms.SelectMultiple):
        field.widget.choices = [
            (value, ALL if value in ("", None, "unknown") else label) for value, label in field.widget.choices
        ]


@register.inclusion_tag("components/multi_filter.html")
def multi_filter(field: BoundField) -> dict[str, Any]:
    """Several choices in the space of one: a menu of checkboxes that says what is chosen."""
    value = field.value() or []
    chosen = {str(one) for one in (value if isinstance(value, list | tuple) else [value])}
    choices = [(str(key), label, str(key) in chosen) for key, label in field.field.choices]  # type: ignore[attr-defined]
    return {"field": field, "choices": choices, "chosen": [label for _key, label, is_on in choices if is_on]}


@register.filter
def is_multiple(field: BoundField) -> bool:
    """Does the field take several choices?"""
    return isinstance(field.field.widget, forms.SelectMultiple)


@register.filter
def filter_field(field: BoundField) -> SafeString:
    """The bare widget of a field with the class its kind wants; the label stands elsewhere."""
    _say_all(field.field)
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, forms.Select | forms.NullBooleanSelect):
        css = "form-select"
    else:
        css = "form-control"
    classes = f"{widget.attrs.get('class', '')} {css}".strip()
    return field.as_widget(attrs={"class": classes})
