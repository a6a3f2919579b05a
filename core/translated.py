"""Text in several languages, for shipped defaults that people may edit afterwards."""

from typing import Any

from django.db import models
from django.utils.translation import get_language

FALLBACK = {
    "zh-hant": ("zh-hant", "zh-hans", "en"),
    "zh-hans": ("zh-hans", "zh-hant", "en"),
    "en": ("en", "zh-hans", "zh-hant"),
}


class TranslatedText(dict[str, str]):
    """{"en": …, "zh-hans": …, "zh-hant": …}; prints in the active language, else in the nearest there is."""

    def text(self, language: str | None = None) -> str:
        """The text in `language` (the active one when omitted), falling back to a related language."""
        for code in FALLBACK.get(language or get_language() or "en", FALLBACK["en"]):
            if self.get(code):
                return self[code]
        return next((value for value in self.values() if value), "")

    def __str__(self) -> str:
        return self.text()


class TranslatedField(models.JSONField):
    """A column of TranslatedText. A plain string is kept as the text of every language."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> TranslatedText | None:
        """Wrap what the database holds."""
        loaded = super().from_db_value(value, expression, connection)
        return None if loaded is None else TranslatedText(loaded)

    def to_python(self, value: Any) -> Any:
        """Wrap what a form or fixture gives."""
        return wrap(super().to_python(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Wrap what was assigned, so that the instance reads the same before and after saving."""
        value = wrap(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value


def wrap(value: Any) -> Any:
    """`value` as TranslatedText; None stays None."""
    if value is None or isinstance(value, TranslatedText):
        return value
    if isinstance(value, str):
        return TranslatedText(en=value)
    return TranslatedText(value)
