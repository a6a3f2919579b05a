"""Foreign pictures become our own: decoded in a confined child process, written anew without metadata."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

log = structlog.get_logger()

WORKER = Path(__file__).with_name("image_worker.py")
THUMB_EDGE = 320
WALL_SECONDS = 40

REASONS: dict[str, str | Promise] = {
    "empty": _("The file is empty."),
    "too_large": _("The file is too large."),
    "too_many_pixels": _("The picture has too many pixels."),
    "not_a_picture": _("This is not a JPEG, PNG or WebP picture."),
    "damaged": _("The picture is damaged or incomplete."),
    "timeout": _("The picture took too long to read."),
    "not_a_recording": _("This is no recording of a voice."),
    "voice_too_large": _("The recording is too large."),
    "voice_too_long": _("The recording is too long."),
}


class PictureRefused(Exception):
    """The picture cannot be kept. ``reason`` is a code of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def text(self) -> str:
        """The reason in the active language."""
        return reason_text(self.reason)


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean copy and its thumbnail (longest edge 320 px); sizes in pixels, orientation applied."""

    media_type: str
    width: int
    height: int
    full: bytes
    thumb: bytes

    @property
    def extension(self) -> str:
        """File name extension of both."""
        return {"image/png": "png", "image/jpeg": "jpg"}[self.media_type]


def reason_text(code: str) -> str:
    """A reason's code in words, in the active language."""
    return str(REASONS.get(code, REASONS["damaged"]))


def reencode(data: bytes) -> Picture:
    """`data` (JPEG, PNG or WebP) written anew, without any metadata. Raises PictureRefused, nothing else.

    The decoder runs in a child with bounded memory and processor time; whatever it dies of refuses the
    picture. Formats other than the three are never even tried.
    """
    if not data:
        raise PictureRefused("empty")
    if len(data) > settings.PHOTO_MAX_BYTES:
        raise PictureRefused("too_large")
    command = [sys.executable, "-I", str(WORKER), str(settings.PHOTO_MAX_PIXELS), str(THUMB_EDGE)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=WALL_SECONDS, check=False, cwd="/", env={}
        )
    except subprocess.TimeoutExpired:
        raise PictureRefused("timeout") from None
    if done.returncode != 0 or b"\n" not in done.stdout:
        log.warning(
            "picture worker died", status=done.returncode, error=done.stderr[-400:].decode("utf-8", "replace")
        )
        raise PictureRefused("damaged")
    return _picture(done.stdout)


def _picture(answer: bytes) -> Picture:
    line, _sep, content = answer.partition(b"\n")
    header = json.loads(line)
    if "refused" in header:
        raise PictureRefused(header["refused"])
    full, thumb = content[: header["full"]], content[header["full"] :]
    return Picture(header["media_type"], header["width"], header["height"], full, thumb)
