"""{% heartbeat %}: is somebody still checking? Red when the auditor has been silent for ten minutes."""

from typing import Any

from django import template

from core.auditor import heart

register = template.Library()


@register.inclusion_tag("components/heartbeat.html")
def heartbeat() -> dict[str, Any]:
    """The state of the auditor as a badge with words; one query."""
    return {"pulse": heart.pulse(), "limit": heart.LIMIT}
