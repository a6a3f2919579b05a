"""Pictures made for tests, good ones and hostile ones."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256

from PIL import Image, PngImagePlugin

CANARY = b"CANARY-GPS-31.2304N"


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(data).hexdigest()


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """The bytes of an image in a format."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def noise(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Something that does not compress to nothing."""
    return Image.effect_noise(size, 60).convert(mode)


def jpeg(size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object) -> bytes:
    """A photo."""
    return saved(noise(size, mode), "JPEG", **options)


def png(size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object) -> bytes:
    """A drawing."""
    return saved(noise(size).convert(mode), "PNG", **options)


def exif_with_place(orientation: int = 1) -> Image.Exif:
    """Camera, owner and position."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = CANARY.decode()
    exif[0x010F] = "CANARY-Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.4), 3: "E", 4: (121.0, 28.0, 25.3)})
    return exif


def chunk(kind: bytes, content: bytes) -> bytes:
    """A PNG chunk with its checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(
    width: int, height: int, *, depth: int = 8, colour: int = 2, body: bytes = b"", extra: bytes = b""
) -> bytes:
    """A PNG that claims these measures, whatever it holds."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(body))
        + chunk(b"IEND", b"")
    )


def jpeg_of(width: int, height: int) -> bytes:
    """A small JPEG whose header claims other measures."""
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def apng() -> bytes:
    """Three frames."""
    frames = [noise() for _frame in range(3)]
    return saved(frames[0], "PNG", save_all=True, append_images=frames[1:])


def with_texts() -> bytes:
    """A PNG with every kind of text, a colour profile, EXIF and a time."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", CANARY.decode())
    info.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    info.add_text("zipped", CANARY.decode(), zip=True)
    return saved(noise(), "PNG", pnginfo=info, exif=exif_with_place(), icc_profile=CANARY * 20, dpi=(72, 72))


def jpeg_with_everything() -> bytes:
    """EXIF, XMP, ICC, comment, and an embedded preview."""
    preview = jpeg((16, 16))
    data = jpeg(
        exif=exif_with_place(6),
        icc_profile=CANARY * 20,
        comment=CANARY,
        xmp=b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>",
    )
    app2 = b"MPF\x00" + CANARY + preview
    return data[:2] + b"\xff\xe2" + struct.pack(">H", len(app2) + 2) + app2 + data[2:] + preview


def webp_with_everything() -> bytes:
    """EXIF, XMP and ICC in a WebP."""
    return saved(noise(), "WEBP", exif=exif_with_place(), icc_profile=CANARY * 20, xmp=CANARY)


#: Name → maker. What may be kept (KEPT) and what must be refused (REFUSED).
KEPT: dict[str, Callable[[], bytes]] = {
    "a photo": jpeg,
    "a grey photo": lambda: jpeg(mode="L"),
    "a CMYK photo": lambda: jpeg(mode="CMYK"),
    "a progressive photo": lambda: jpeg(progressive=True),
    "a photo with every metadata": jpeg_with_everything,
    "a turned photo": lambda: jpeg(exif=exif_with_place(8)),
    "a mirrored photo": lambda: jpeg(exif=exif_with_place(5)),
    "an impossible orientation": lambda: jpeg(exif=exif_with_place(99)),
    "broken EXIF": lambda: jpeg(exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff" + CANARY),
    "HTML in a comment": lambda: jpeg(comment=b"<script>alert(1)</script>" + CANARY),
    "PHP in a comment": lambda: jpeg(comment=b"<?php system($_GET[0]);?>"),
    "HTML after the end": lambda: jpeg() + b"<html><script>alert(1)</script>" + CANARY,
    "a ZIP after the end": lambda: jpeg() + b"PK\x03\x04" + CANARY + b"PK\x05\x06" + b"\0" * 18,
    "a JAR after a PNG": lambda: png() + b"PK\x03\x04META-INF/" + CANARY,
    "a drawing": png,
    "a drawing with transparency": lambda: png(mode="RGBA"),
    "a drawing with a palette": lambda: png(mode="P"),
    "black and white": lambda: png(mode="1"),
    "grey with transparency": lambda: png(mode="LA"),
    "16 bits": lambda: saved(Image.new("I;16", (40, 30), 40_000), "PNG"),
    "texts in a PNG": with_texts,
    "an animated PNG": apng,
    "unknown chunks": lambda: png_of(4, 4, body=(b"\0" + b"\x20" * 12) * 4, extra=chunk(b"prVt", CANARY)),
    "a WebP": lambda: saved(noise(), "WEBP"),
    "a lossless WebP": lambda: saved(noise(mode="RGBA"), "WEBP", lossless=True),
    "a WebP with every metadata": webp_with_everything,
    "an animated WebP": lambda: saved(noise(), "WEBP", save_all=True, append_images=[noise()]),
    "one pixel": lambda: jpeg((1, 1)),
    "one pixel wide": lambda: png((1, 4000)),
}

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb of 65500²": (lambda: png_of(65_500, 65_500, body=b"\0" * 10_000), "too_many_pixels"),
    "a JPEG that claims 65500²": (lambda: jpeg_of(65_500, 65_500), "too_many_pixels"),
    "a JPEG that claims 65535 × 1200": (lambda: jpeg_of(65_535, 1_200), "too_many_pixels"),
    "a bomb of zeros": (lambda: png_of(5_000, 5_000, body=b"\0" * (5_000 * 15_001)), "too_many_pixels"),
    "25 megapixels": (lambda: saved(Image.new("1", (5_000, 5_000)), "PNG"), "too_many_pixels"),
    "2³¹ wide": (lambda: png_of(2**31 - 1, 2**31 - 1), "too_many_pixels"),
    "zero wide": (lambda: png_of(0, 0), "*"),
    "a text bomb": (
        lambda: png_of(4, 4, extra=chunk(b"zTXt", b"k\0\0" + zlib.compress(b"\0" * 60_000_000))),
        "*",
    ),
    "a profile bomb": (
        lambda: png_of(4, 4, extra=chunk(b"iCCP", b"k\0\0" + zlib.compress(b"\0" * 60_000_000))),
        "*",
    ),
    "too little data": (lambda: png_of(400, 400, body=b"\0" * 20), "damaged"),
    "a photo cut in half": (lambda: (data := jpeg((400, 300)))[: len(data) // 2], "damaged"),
    "a drawing cut in half": (lambda: (data := png((400, 300)))[: len(data) // 2], "damaged"),
    "a WebP cut in half": (lambda: (data := saved(noise((400, 300)), "WEBP"))[: len(data) // 2], "*"),
    "only a header": (lambda: jpeg()[:20], "*"),
    "three bytes": (lambda: b"\xff\xd8\xff", "*"),
    "a wrong checksum": (lambda: png().replace(b"IDAT", b"IDAS", 1), "*"),
    "random bytes": (lambda: bytes(range(256)) * 40, "not_a_picture"),
    "zeros": (lambda: bytes(5_000), "not_a_picture"),
    "plain text": (lambda: "我是一张照片".encode(), "not_a_picture"),
    "SVG with a script": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "not_a_picture",
    ),
    "SVG with entities": (
        lambda: b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
        "not_a_picture",
    ),
    "HTML": (lambda: b"<!doctype html><script>alert(1)</script>", "not_a_picture"),
    "PHP": (lambda: b"<?php phpinfo();", "not_a_picture"),
    "a GIF": (lambda: saved(noise(mode="P"), "GIF"), "not_a_picture"),
    "a GIFAR": (lambda: saved(noise(mode="P"), "GIF") + b"PK\x03\x04", "not_a_picture"),
    "a BMP": (lambda: saved(noise(), "BMP"), "not_a_picture"),
    "a TIFF": (lambda: saved(noise(), "TIFF"), "not_a_picture"),
    "an ICO": (lambda: saved(noise(), "ICO"), "not_a_picture"),
    "an EPS": (lambda: saved(noise(), "EPS"), "not_a_picture"),
    "a PDF": (lambda: saved(noise(), "PDF"), "not_a_picture"),
    "a PPM": (lambda: saved(noise(), "PPM"), "not_a_picture"),
    "an MPO": (lambda: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\0" * 40, "not_a_picture"),
    "an ELF program": (lambda: b"\x7fELF" + bytes(200), "not_a_picture"),
    "a ZIP": (lambda: b"PK\x03\x04../../etc/passwd", "not_a_picture"),
    "a JPEG within HTML": (lambda: b"<html>" + jpeg(), "not_a_picture"),
    "EICAR": (
        lambda: rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
        "not_a_picture",
    ),
}


def mutations(count: int) -> Iterator[bytes]:
    """A good photo with bytes changed all over, reproducibly."""
    data = jpeg((120, 90))
    for n in range(count):
        changed = bytearray(data)
        for step in range(1 + n % 5):
            changed[(n * 7919 + step * 104_729) % len(changed)] = (n * 31 + step * 17) % 256
        yield bytes(changed)
