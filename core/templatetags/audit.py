"""{% history object %}: the versions of an object, on any of its pages."""

from typing import Any

from django import template
from django.db.models import Model
from django.template import Context

from core.audit.history import history_of
from core.templatetags import ui

register = template.Library()


@register.inclusion_tag("components/history.html", takes_context=True)
def history(context: Context, obj: Model, site: Any = None, limit: int = 50) -> dict[str, Any]:
    """Who changed what, newest first. The page itself has authorised the object; times are those of `site`."""
    place = site or getattr(obj, "site", None)
    zone = ui.zone_of(context, place)
    return {
        "versions": history_of(obj, zone=zone.key, limit=limit),
        "site": place,
        "shell": context.get("shell"),
    }
