"""The look: colours only from tokens, both ways to dark alike, every text readable on its grounds."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
OURS = ("base", "layout", "components", "pages")
STYLES = [ROOT / "static" / "css" / f"{one}.css" for one in OURS]


def name(path: Path) -> str:
    """A path as test id."""
    return path.relative_to(ROOT).as_posix()


def declarations(block: str) -> dict[str, str]:
    """Custom properties of a block of rules."""
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block))


def test_both_ways_to_dark_are_the_same_dark() -> None:
    text = (ROOT / "static/css/tokens.css").read_text()
    by_system = re.search(r":root:not\(\[data-theme=\"light\"\]\) \{(.*?)\n    \}", text, re.DOTALL)
    by_choice = re.search(r":root\[data-theme=\"dark\"\] \{(.*?)\n    \}", text, re.DOTALL)
    assert by_system
    assert by_choice
    assert declarations(by_system.group(1)) == declarations(by_choice.group(1)) != {}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of #rrggbb."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    """Contrast ratio of two colours."""
    lighter, darker = sorted((luminance(one), luminance(two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("--text", ("--bg", "--surface", "--sunken")),
        ("--text-2", ("--bg", "--surface", "--sunken")),
        ("--text-3", ("--bg", "--surface", "--sunken")),
        ("--accent", ("--bg", "--surface", "--accent-bg")),
        ("--on-accent", ("--accent", "--accent-strong")),
        ("--on-danger", ("--danger-solid",)),
        *[(f"--{tone}", (f"--{tone}-bg", "--surface", "--bg")) for tone in ("danger", "warn", "ok", "info", "idle")],
    ],
)  # fmt: skip
def test_text_is_readable_on_every_ground(text: str, grounds: tuple[str, ...], dark: bool) -> None:
    sheet = (ROOT / "static/css/tokens.css").read_text()
    tokens = declarations(sheet[: sheet.index("@media")])
    if dark:
        tokens |= declarations(sheet[sheet.index(':root[data-theme="dark"]') :].split("}")[0])
    for ground in grounds:
        assert contrast(tokens[text], tokens[ground]) >= 4.5, ground


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_colours_come_from_tokens_and_rules_lie_in_a_layer(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    text = re.sub(r'url\("data:[^"]*"\)', "", text)
    assert not re.findall(r"#[0-9a-fA-F]{6}\b|rgba?\(\s*\d", text)
    assert f"@layer {path.stem}" in text
