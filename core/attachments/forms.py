"""A form field for photos: several files, previews before sending, each checked and cleaned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.attachments.images import PictureRefused
from core.attachments.preparing import Prepared, prepare

if TYPE_CHECKING:  # the class is generic for the type checker only
    Upload = UploadedFile[bytes]


def _what_is_taken() -> str:
    """In the reader's language, which is not known yet when a form's class is made."""
    text = gettext("JPEG, PNG or WebP, up to %(size)s MB each. Place and camera data are removed.")
    return text % {"size": settings.PHOTO_MAX_BYTES // 1024 // 1024}


ACCEPT = "image/jpeg,image/png,image/webp"


class PhotosInput(forms.ClearableFileInput):
    """Several files; static/js/desk/controllers/photos.js shows them before they are sent."""

    allow_multiple_selected = True
    template_name = "components/photos_input.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Upload]:
        """All files of the field, none as an empty list."""
        return (
            list(files.getlist(name))
            if isinstance(files, MultiValueDict)
            else [files[name]]
            if name in files
            else []
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """True when no file was chosen."""
        return not self.value_from_datadict(data, files, name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template shows."""
        context = super().get_context(name, None, attrs)
        context["widget"]["attrs"].update(accept=ACCEPT, multiple=True)
        return context


class PhotosField(forms.FileField):
    """Cleans to a list of `Prepared` photos for `core.attachments.attach(upload=…)`.

    At most `max_photos`. A file that is no picture, damaged or too large is an error beside the field that
    names the file. `demanded` after construction by a form's own rules is `required=True`.
    """

    widget = PhotosInput
    default_error_messages = {
        "refused": _("“%(name)s”: %(reason)s"),
        "too_many": _("Choose at most %(limit)s photos."),
    }

    def __init__(self, *, max_photos: int = 10, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Photos"))
        kwargs.setdefault(
            "help_text",
            lazy(_what_is_taken, str)(),
        )
        super().__init__(**kwargs)
        self.max_photos = max_photos

    def clean(self, data: Sequence[Upload] | None, initial: Any = None) -> list[Prepared]:
        """The checked photos. Raises ValidationError with one message per refused file."""
        files = [item for item in data or [] if item]
        if not files:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        if len(files) > self.max_photos:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"limit": self.max_photos}
            )
        prepared, errors = [], []
        for item in files:
            try:
                prepared.append(prepare(item))
            except PictureRefused as refusal:
                params = {"name": str(item.name)[:80], "reason": refusal.text}
                errors.append(ValidationError(self.error_messages["refused"], code="refused", params=params))
        if errors:
            raise ValidationError(errors)
        return prepared
