"""Requests that may arrive twice and must work once: by header for the API, by hidden field for forms."""

from core.idempotency.forms import FormKeyMixin, once_per_form_key

__all__ = ["FormKeyMixin", "once_per_form_key"]
