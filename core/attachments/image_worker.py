"""Decodes one foreign picture and writes it anew. Runs as its own process with little memory and little time.

Standard input: the picture. Arguments: largest number of pixels, edge of the thumbnail in pixels.
Standard output: one line of JSON, then the clean picture and its thumbnail, one after the other.
The line is ``{"media_type", "width", "height", "full", "thumb"}`` (the last two are lengths in bytes), or
``{"refused": reason}``. Whatever else happens, the parent counts as ``damaged``.

It imports nothing of the project, because it must start quickly and have nothing worth stealing.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from typing import Any

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
FORMATS = ("JPEG", "PNG", "WEBP")


class Refused(Exception):
    """The picture cannot be kept; the argument is the reason's code."""


def confine() -> None:
    """No more memory, time, files or core dumps than one picture needs. Before any foreign byte is read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def encode(data: bytes, max_pixels: int, edge: int) -> tuple[dict[str, object], bytes, bytes]:
    """Header, clean picture and thumbnail. Raises Refused."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - after the limits are set

    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.simplefilter("ignore")
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise Refused("too_many_pixels") from None
    except UnidentifiedImageError:
        raise Refused("not_a_picture") from None
    if picture.width * picture.height > max_pixels:
        raise Refused("too_many_pixels")
    kind = picture.format
    picture.load()
    clean = _bare(ImageOps.exif_transpose(picture))
    as_png = kind == "PNG" or clean.mode == "RGBA"
    full = _written(clean, as_png=as_png)
    width, height = clean.size
    clean.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    thumb = _written(clean, as_png=as_png)
    header: dict[str, object] = {
        "media_type": "image/png" if as_png else "image/jpeg",
        "width": width,
        "height": height,
        "full": len(full),
        "thumb": len(thumb),
    }
    return header, full, thumb


def _bare(picture: Any) -> Any:
    """The pixels alone, as RGB, RGBA or grey: a new picture that has never heard of the old one's metadata."""
    from PIL import Image  # noqa: PLC0415

    if picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        if picture.getextrema()[3] == (255, 255):
            picture = picture.convert("RGB")
    elif picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    elif picture.mode not in {"RGB", "L"}:
        picture = picture.convert("RGB")
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    return clean


def _written(picture: Any, *, as_png: bool) -> bytes:
    out = io.BytesIO()
    if as_png:
        picture.save(out, "PNG", compress_level=6)
    else:
        picture.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def main() -> int:
    """One picture in, one answer out."""
    confine()
    max_pixels, edge = int(sys.argv[1]), int(sys.argv[2])
    full = thumb = b""
    try:
        header, full, thumb = encode(sys.stdin.buffer.read(), max_pixels, edge)
    except Refused as refusal:
        header = {"refused": str(refusal)}
    except MemoryError:
        header = {"refused": "too_many_pixels"}
    except Exception:  # noqa: BLE001 - any failure of a decoder on foreign bytes means the same
        header = {"refused": "damaged"}
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + full + thumb)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
