"""``{% form_key %}``: makes a form safe to send twice. The view mixes in core.idempotency.FormKeyMixin."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.idempotency.forms import FIELD
from core.ids import uuid7

register = template.Library()


@register.simple_tag
def form_key() -> SafeString:
    """A hidden field with a new key; stands inside ``<form method="post">`` next to ``{% csrf_token %}``."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid7())
