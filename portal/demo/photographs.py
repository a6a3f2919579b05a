"""Photographs for cases: drawn, slightly blurred, grainy; one for each scene the content names."""

import hashlib
import io
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

from core.attachments.announcing import announced
from core.attachments.attaching import store
from core.attachments.images import THUMB_EDGE, Picture
from core.attachments.preparing import Prepared
from organization.models import Company
from portal.demo.chance import SEED, dice

SIZE = (960, 720)
Pen = ImageDraw.ImageDraw


def _room(pen: Pen, wall: str, floor: str) -> None:
    """A wall with its skirting, and a floor."""
    pen.rectangle((0, 0, 960, 720), fill=wall)
    pen.polygon([(0, 720), (0, 520), (960, 480), (960, 720)], fill=floor)
    pen.line([(0, 518), (960, 478)], fill="#5c5f61", width=9)


def _boxes(pen: Pen) -> None:
    _room(pen, "#c9c5bb", "#8e8a80")
    pen.rectangle((560, 90, 800, 490), fill="#6f8f7c", outline="#4c6456", width=8)
    pen.rectangle((610, 40, 750, 80), fill="#2f9e5f")
    for x, y, width, height, tone in (
        (250, 400, 190, 160, "#b08a55"),
        (410, 440, 170, 150, "#a37c48"),
        (300, 270, 150, 130, "#bd9862"),
        (520, 480, 150, 120, "#94703f"),
    ):
        pen.rectangle((x, y, x + width, y + height), fill=tone, outline="#6d512c", width=4)
        pen.line([(x + width / 2, y), (x + width / 2, y + height)], fill="#d8c39c", width=14)


def _hydrant(pen: Pen) -> None:
    _room(pen, "#d5d2cb", "#9a958b")
    pen.rectangle((330, 120, 650, 560), fill="#b3261e", outline="#7a1a14", width=10)
    pen.rectangle((370, 160, 610, 520), fill="#57656d")
    pen.ellipse((400, 260, 560, 420), outline="#c9c2ae", width=26)
    for x, y in ((500, 180), (590, 300), (420, 480), (560, 500), (380, 230)):
        pen.line([(490, 330), (x, y)], fill="#e9eef0", width=5)
    pen.polygon([(470, 300), (530, 320), (500, 390), (450, 370)], fill="#2b3236")


def _leak(pen: Pen) -> None:
    _room(pen, "#b9bdbf", "#7e8487")
    pen.rectangle((0, 90, 960, 150), fill="#8d979c", outline="#6d777b", width=4)
    pen.rectangle((440, 78, 520, 162), fill="#7a8489")
    for step in range(9):
        pen.ellipse((472, 180 + step * 36, 486, 204 + step * 36), fill="#5f87a8")
    pen.ellipse((250, 540, 740, 670), fill="#5b7488")
    pen.ellipse((340, 570, 620, 640), fill="#7690a3")


def _lamp(pen: Pen) -> None:
    _room(pen, "#3b4046", "#2b2f33")
    for x, lit in ((90, True), (390, False), (690, True)):
        pen.polygon(
            [(x, 120), (x + 190, 120), (x + 170, 150), (x + 20, 150)], fill="#f4ecd0" if lit else "#4e545a"
        )
        if lit:
            pen.polygon([(x + 20, 150), (x + 170, 150), (x + 260, 520), (x - 70, 520)], fill="#4d5155")


def _bike(pen: Pen) -> None:
    _room(pen, "#c8ccc9", "#939994")
    for x in (290, 620):
        pen.ellipse((x - 90, 430, x + 90, 610), outline="#23282b", width=18)
    pen.line([(290, 520), (420, 380), (600, 400), (620, 520)], fill="#1d559f", width=20)
    pen.line([(420, 380), (470, 520), (290, 520)], fill="#1d559f", width=16)
    pen.rectangle((430, 440, 560, 540), fill="#2d3438")
    pen.line([(600, 400), (580, 310), (640, 290)], fill="#23282b", width=14)
    pen.line([(560, 500), (820, 300), (840, 180)], fill="#111516", width=7)
    pen.rectangle((815, 130, 865, 190), fill="#eef0ee", outline="#777d7a", width=4)


def _car(pen: Pen) -> None:
    pen.rectangle((0, 0, 960, 330), fill="#aab7bf")
    pen.rectangle((0, 330, 960, 720), fill="#5d6265")
    for x in range(-100, 1000, 170):
        pen.line([(x, 720), (x + 150, 480)], fill="#d8b34a", width=12)
    pen.rounded_rectangle((200, 360, 780, 540), 50, fill="#dfe4e6", outline="#9aa2a6", width=5)
    pen.polygon([(300, 370), (380, 260), (620, 260), (700, 370)], fill="#c7ced1")
    pen.polygon([(325, 365), (390, 280), (490, 280), (490, 365)], fill="#4a5660")
    pen.polygon([(510, 365), (510, 280), (612, 280), (672, 365)], fill="#4a5660")
    for x in (310, 660):
        pen.ellipse((x - 62, 480, x + 62, 604), fill="#202528")


def _fence(pen: Pen) -> None:
    pen.rectangle((0, 0, 960, 360), fill="#b9c7cd")
    pen.rectangle((0, 360, 960, 520), fill="#6f93a8")
    pen.rectangle((0, 520, 960, 720), fill="#8d8f84")
    for x in range(40, 960, 130):
        lean = 46 if 420 < x < 580 else 0
        pen.line([(x, 600), (x + lean, 300)], fill="#4d5559", width=20)
    pen.line([(0, 330), (430, 330), (520, 372), (960, 330)], fill="#4d5559", width=16)
    pen.line([(0, 450), (960, 450)], fill="#4d5559", width=12)


def _door(pen: Pen) -> None:
    _room(pen, "#d0cec6", "#918d84")
    pen.rectangle((300, 70, 690, 540), fill="#3e4448")
    pen.polygon([(300, 70), (560, 110), (560, 600), (300, 540)], fill="#8a5a4a", outline="#5f3c31")
    pen.rectangle((490, 340, 540, 366), fill="#c8c8c4")
    pen.line([(330, 60), (520, 120)], fill="#b9bcbd", width=14)
    pen.polygon([(540, 600), (640, 612), (640, 630), (540, 622)], fill="#b08a55")


def _extinguisher(pen: Pen) -> None:
    _room(pen, "#d9d6cf", "#98938a")
    pen.rounded_rectangle((380, 220, 540, 600), 60, fill="#b3261e", outline="#7a1a14", width=6)
    pen.rectangle((430, 160, 490, 230), fill="#2c3235")
    pen.ellipse((560, 120, 760, 320), fill="#f1f2f0", outline="#2c3235", width=8)
    pen.arc((590, 150, 730, 290), 150, 215, fill="#d9403a", width=22)
    pen.arc((590, 150, 730, 290), 215, 325, fill="#2f9e5f", width=22)
    pen.line([(660, 220), (606, 206)], fill="#1b1f21", width=8)


def _fire(pen: Pen) -> None:
    _room(pen, "#c4c9cb", "#83888a")
    pen.rectangle((150, 380, 820, 560), fill="#9aa1a4", outline="#6b7275", width=6)
    pen.ellipse((380, 350, 600, 410), fill="#3a3f42")
    for x in range(400, 590, 24):
        pen.polygon([(x, 378), (x + 10, 330), (x + 20, 378)], fill="#3f83d6")
    pen.rounded_rectangle((370, 200, 610, 340), 30, fill="#4a5053")


SCENES: dict[str, Callable[[Pen], None]] = {
    "boxes": _boxes,
    "hydrant": _hydrant,
    "leak": _leak,
    "lamp": _lamp,
    "ebike": _bike,
    "car": _car,
    "fence": _fence,
    "door": _door,
    "extinguisher": _extinguisher,
    "fire": _fire,
}


def hash_of(scene: str) -> str:
    """The hash under which phones announce a scene; the bytes they sent are not kept anyway."""
    return hashlib.sha256(f"{SEED}|photograph|{scene}".encode()).hexdigest()


def photograph(scene: str) -> Prepared:
    """A scene as if taken with a phone in poor light; clean by making, so it needs no re-encoding."""
    picture = Image.new("RGB", SIZE)
    SCENES[scene](ImageDraw.Draw(picture))
    chance = dice("photograph", scene)
    picture = picture.rotate(chance.uniform(-2.5, 2.5), Image.Resampling.BILINEAR, fillcolor="#6b6f70")
    picture = picture.filter(ImageFilter.GaussianBlur(2.2))
    shade = Image.radial_gradient("L").resize(SIZE).point(lambda value: 255 - value // 2)
    picture = Image.composite(picture, Image.new("RGB", SIZE, "#14181a"), shade)
    grain = Image.frombytes("L", SIZE, chance.randbytes(SIZE[0] * SIZE[1])).convert("RGB")
    picture = Image.blend(picture, grain, 0.06)
    thumb = picture.copy()
    thumb.thumbnail((THUMB_EDGE, THUMB_EDGE))
    full, small = _jpeg(picture), _jpeg(thumb)
    return Prepared(hash_of(scene), len(full), Picture("image/jpeg", *SIZE, full, small))


def _jpeg(picture: Image.Image) -> bytes:
    sink = io.BytesIO()
    picture.save(sink, "JPEG", quality=82)
    return sink.getvalue()


def develop(companies: list[Company]) -> None:
    """Keep every scene for every company, as if phones had sent them."""
    prepared = [photograph(scene) for scene in SCENES]
    for company in companies:
        for one in prepared:
            blob = announced(company.pk, one.sha256)
            if not blob.is_stored:
                store(blob, one)
