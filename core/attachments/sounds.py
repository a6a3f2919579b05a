"""Voice notes: a phone's own recordings (WebM or Ogg with Opus, MP4 with AAC), known by their containers and kept as sent.

A recording holds no place and no camera data, so nothing is written anew; what is not one audio track alone, too large
or too long is refused. Only the container is read, in bounded time: nothing here decodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from core.attachments.images import PictureRefused

WEBM, MP4, OGG = "audio/webm", "audio/mp4", "audio/ogg"
_EXTENSIONS = {WEBM: "webm", MP4: "m4a", OGG: "ogg"}
#: A recorder stops a little after it is told to.
GRACE_SECONDS = 5.0

_EBML, _SEGMENT, _INFO, _SCALE = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x2AD7B1
_TRACKS, _TRACK, _TRACK_TYPE, _DOCTYPE = 0x1654AE6B, 0xAE, 0x83, 0x4282
_CLUSTER, _TIMECODE, _SIMPLE_BLOCK, _GROUP, _BLOCK = 0x1F43B675, 0xE7, 0xA3, 0xA0, 0xA1
_MASTERS = {_EBML, _SEGMENT, _INFO, _TRACKS, _TRACK, _CLUSTER, _GROUP}
_AUDIO_TRACK = 2
_BOXES = {b"moov", b"trak", b"mdia"}
_OPUS_RATE = 48_000


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording as it was sent; `seconds` is None when its container does not say how long it is."""

    media_type: str
    content: bytes
    seconds: float | None

    @property
    def extension(self) -> str:
        """File name extension."""
        return _EXTENSIONS[self.media_type]


#: Brands of pictures in the same container.
PICTURES = (b"heic", b"heix", b"mif1", b"avif")


def recognised(data: bytes) -> Sound | None:
    """The recording in `data`; None when it has none of the containers. Raises PictureRefused with the reason."""
    if data[:4] == b"\x1a\x45\xdf\xa3":
        media_type, read = WEBM, _read_webm
    elif data[4:8] == b"ftyp" and data[8:12] not in PICTURES:
        media_type, read = MP4, _read_mp4
    elif data[:4] == b"OggS":
        media_type, read = OGG, _read_ogg
    else:
        return None
    if len(data) > settings.VOICE_MAX_BYTES:
        raise PictureRefused("voice_too_large")
    try:
        seconds = read(data)
    except (IndexError, ValueError, OverflowError):
        raise PictureRefused("damaged") from None
    if seconds is not None and seconds > settings.VOICE_MAX_SECONDS + GRACE_SECONDS:
        raise PictureRefused("voice_too_long")
    return Sound(media_type, data, seconds)


def _read_webm(data: bytes) -> float | None:
    """Seconds up to the last block. Raises PictureRefused unless there are audio tracks alone."""
    tracks: set[int] = set()
    is_webm, scale, cluster, last = False, 1_000_000, 0, None
    for identifier, body in _elements(data):
        if identifier == _DOCTYPE:
            is_webm = body.rstrip(b"\0") == b"webm"
        elif identifier == _SCALE:
            scale = int.from_bytes(body)
        elif identifier == _TRACK_TYPE:
            tracks.add(int.from_bytes(body))
        elif identifier == _TIMECODE:
            cluster = int.from_bytes(body)
        elif identifier in (_SIMPLE_BLOCK, _BLOCK):
            at = cluster + int.from_bytes(body[1:3], signed=True)
            last = at if last is None else max(last, at)
    if not is_webm or tracks != {_AUDIO_TRACK} or last is None:
        raise PictureRefused("not_a_recording")
    return last * scale / 1_000_000_000


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """EBML elements that hold values, whatever holds them; a master of unknown size runs to the end."""
    at = 0
    while at < len(data):
        width = 9 - data[at].bit_length()
        identifier = int.from_bytes(data[at : at + width])
        at += width
        length = 9 - data[at].bit_length()
        if width > 4 or length > 8:
            raise ValueError("no element begins here")
        size = int.from_bytes(data[at : at + length]) & ((1 << 7 * length) - 1)
        at += length
        if identifier in _MASTERS:
            continue
        yield identifier, data[at : at + min(size, 64)]
        at += size


def _read_mp4(data: bytes) -> float | None:
    """Seconds as the movie says; a fragmented one says nothing. Raises PictureRefused unless all tracks are sound."""
    kinds, seconds = set(), None
    for name, body in _boxes(data):
        if name == b"hdlr":
            kinds.add(body[8:12])
        elif name == b"mvhd" and body[0] == 0:
            rate, length = int.from_bytes(body[12:16]), int.from_bytes(body[16:20])
            seconds = length / rate if rate and length else None
    if kinds != {b"soun"}:
        raise PictureRefused("not_a_recording")
    return seconds


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if name in _BOXES:
            at += 8
            continue
        if size < 8:
            if size == 0:
                return  # to the end of the file
            raise ValueError("a box has no end")
        yield name, data[at + 8 : at + min(size, 128)]
        at += size


def _read_ogg(data: bytes) -> float | None:
    """Seconds as the last page counts them. Raises PictureRefused unless it begins with Opus."""
    if b"OpusHead" not in data[:128]:
        raise PictureRefused("not_a_recording")
    last = data.rfind(b"OggS")
    return int.from_bytes(data[last + 6 : last + 14], "little") / _OPUS_RATE
