"""Recordings as browsers make them: WebM with Opus, MP4, Ogg; only their containers are real."""


def element(identifier: str, body: bytes, *, unknown: bool = False) -> bytes:
    """An EBML element; a recorder writes masters without a size."""
    size = b"\x01" + b"\xff" * 7 if unknown else bytes([0x08]) + len(body).to_bytes(4)
    return bytes.fromhex(identifier) + size + body


def webm(seconds: float = 3.0, *, track: int = 2, size: int = 0) -> bytes:
    """As Chromium records it: segment and clusters of unknown size, a block every second."""
    head = element("1a45dfa3", element("4282", b"webm"))
    info = element("1549a966", element("2ad7b1", (1_000_000).to_bytes(3)))
    tracks = element("1654ae6b", element("ae", element("83", bytes([track])) + element("86", b"A_OPUS")))
    clusters = b""
    for second in range(int(seconds) + 1):
        block = b"\x81" + (0).to_bytes(2) + b"\x80" + b"\x01" * max(20, size // (int(seconds) + 1))
        clusters += element(
            "1f43b675", element("e7", (second * 1000).to_bytes(4)) + element("a3", block), unknown=True
        )
    return head + element("18538067", info + tracks + clusters, unknown=True)


def box(name: bytes, body: bytes) -> bytes:
    """An MP4 box."""
    return (len(body) + 8).to_bytes(4) + name + body


def mp4(seconds: int = 3, *, handler: bytes = b"soun") -> bytes:
    """As Safari records it."""
    header = bytes(12) + (1000).to_bytes(4) + (seconds * 1000).to_bytes(4)
    media = box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(12)))
    movie = box(b"moov", box(b"mvhd", header) + box(b"trak", media))
    return box(b"ftyp", b"iso5\0\0\0\0") + movie + box(b"mdat", b"\x01" * 64)


def ogg(seconds: int = 3) -> bytes:
    """As Firefox records it."""
    first = b"OggS\0\x02" + bytes(20) + b"\x01\x13OpusHead" + bytes(11)
    return first + b"OggS\0\x04" + (seconds * 48_000).to_bytes(8, "little") + bytes(40)
