"""What a guard chose and what the words say: words about something else make nothing less urgent."""

import pytest

from patrols.services.findings import _sort_of


@pytest.mark.parametrize(
    ("part", "text", "sort"),
    [
        ("002", "停电后配电箱着火", ("002", "", "P1")),
        ("002", "周界报警后发现起火", ("002", "", "P1")),
        ("002", "火警误报", ("002", "002.05", "P2")),
        ("", "7 栋电梯困人", ("001", "001.06", "P1")),
        ("", "停电", ("003", "003.02", "P2")),
        ("", "没有什么特别", ("", "", "P3")),
    ],
)
def test_category_and_priority(part: str, text: str, sort: tuple[str, str, str]) -> None:
    assert _sort_of("incident", part, text) == sort
