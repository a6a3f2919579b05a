"""Form fields: a whole form without its tag, and one bare field of a filter bar."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import forms, template
from django.forms import BoundField
from django.template import Context
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def form_fields(context: Context, form: Any) -> SafeString | str:
    """The fields by the form's own crispy helper (or a plain one), without form tag and CSRF field."""
    helper = getattr(form, "helper", None) or FormHelper(form)
    helper.form_tag = False
    helper.disable_csrf = True
    return SafeString(render_crispy_form(form, helper, {"request": context.get("request")}))


@register.filter
def filter_field(field: BoundField) -> SafeString:
    """The bare widget of a field with the class its kind wants; the label stands elsewhere."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, forms.Select | forms.NullBooleanSelect):
        css = "form-select"
    else:
        css = "form-control"
    classes = f"{widget.attrs.get('class', '')} {css}".strip()
    return field.as_widget(attrs={"class": classes})
