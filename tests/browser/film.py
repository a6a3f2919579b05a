"""What a phone's camera sees: printed labels, held before it one after the other."""

import random
import subprocess
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from organization.models import Person
from patrols.models import Checkpoint
from patrols.reports import label_sheet

WIDTH, HEIGHT = 640, 480
DOTS_PER_INCH = 130


def printed(points: Iterable[Checkpoint], user: Person) -> list[Image.Image]:
    """The labels as they come out of the printer, cut out: from the PDF the product makes, one for each point."""
    found = []
    for point in points:
        pdf = label_sheet([point], user=user)
        command = ["pdftoppm", "-r", str(DOTS_PER_INCH), "-gray", "-singlefile", "-png"]
        page = Image.open(BytesIO(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout))
        paper = Image.new("L", page.size, 255)
        box = ImageChops.difference(page.convert("L"), paper).getbbox()
        assert box is not None, "an empty sheet"
        found.append(page.convert("L").crop(box))
    return found


def seen(label: Image.Image, chance: random.Random) -> bytes:
    """One frame: the label on a wall, not quite straight, not quite sharp, in the light of a basement."""
    wall = Image.effect_noise((WIDTH, HEIGHT), 25).convert("L")
    shrink = min(0.94 * WIDTH / label.width, 0.9 * HEIGHT / label.height)
    held = label.resize((int(label.width * shrink), int(label.height * shrink)), Image.Resampling.LANCZOS)
    angle = chance.uniform(-4, 4)
    shape = Image.new("L", held.size, 255).rotate(angle, expand=True)
    held = held.rotate(angle, expand=True, fillcolor=128)
    wall.paste(held, ((WIDTH - held.width) // 2, (HEIGHT - held.height) // 2), shape)
    return wall.filter(ImageFilter.GaussianBlur(0.6)).point(lambda light: int(light * 0.85)).tobytes()


def film(labels: Sequence[Image.Image], path: Path, *, seconds: float = 1.5) -> Path:
    """A film (YUV4MPEG2, in a loop) that shows each label for some seconds."""
    chance = random.Random(1)
    colourless = bytes([128]) * (WIDTH * HEIGHT // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F4:1 Ip A1:1 C420jpeg\n".encode())
        for label in labels:
            for _frame in range(round(seconds * 4)):
                file.write(b"FRAME\n" + seen(label, chance) + colourless)
    return path
