"""What a template sets in one block is unknown in the next one: a question that is never answered hides a button silently."""

import re
from pathlib import Path

from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
BLOCK = re.compile(r"{%\s*(block|endblock|allowed|include|if|elif)\b([^%]*)%}")
ASKED = re.compile(r"\bmay_\w+")


def unanswered(text: str) -> list[str]:
    """Names `may_…` that a block asks for and that only another block of the same template sets."""
    scopes: list[set[str]] = [set()]
    everywhere = set(re.findall(r"\bas (may_\w+)", text))
    found = []
    for tag, rest in BLOCK.findall(text):
        if tag == "block":
            scopes.append(set())
        elif tag == "endblock":
            if len(scopes) > 1:
                scopes.pop()
        elif tag == "allowed":
            scopes[-1] |= set(re.findall(r"\bas (may_\w+)", rest))
        else:
            known = set().union(*scopes)
            found += [name for name in ASKED.findall(rest) if name in everywhere and name not in known]
    return found


def test_every_block_asks_for_itself() -> None:
    faults = {
        str(path.relative_to(TEMPLATES)): sorted(set(names))
        for path in sorted(TEMPLATES.rglob("*.html"))
        if (names := unanswered(path.read_text(encoding="utf-8")))
    }
    assert faults == {}


def test_a_name_of_another_block_is_found() -> None:
    text = '{% block a %}{% allowed user "x" y as may_x %}{% endblock %}{% block b %}{% if may_x %}z{% endif %}{% endblock %}'
    assert unanswered(text) == ["may_x"]
    assert unanswered(text.replace("{% endblock %}{% block b %}", "")) == []
