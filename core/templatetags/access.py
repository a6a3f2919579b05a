"""Ask a policy in a template: `{% allowed user "change" zone as may_change %}`."""

from typing import Any

from django import template

from core import policies

register = template.Library()


@register.simple_tag
def allowed(user: Any, action: str, target: Any) -> bool:
    """May `user` do `action` to `target`?"""
    return policies.allowed(user, action, target)
