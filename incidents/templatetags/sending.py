"""How far whoever was sent to a case is, in lists."""

from django import template
from django.utils.safestring import SafeString

from core.templatetags import ui
from incidents.models import Case
from incidents.selectors.dispatching import lead_badge

register = template.Library()


@register.simple_tag
def sent_badge(case: Case) -> SafeString:
    """The badge of a case read with `with_lead_state`; nothing when nobody was sent."""
    found = lead_badge(case)
    return SafeString("") if found is None else ui.badge(*found)
