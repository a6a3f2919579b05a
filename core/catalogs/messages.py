"""One translatable text."""

import re
from dataclasses import dataclass, field

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@dataclass
class Message:
    """One text of the source, with the plural and context it may have and where it stands."""

    text: str
    plural: str = ""
    context: str | None = None
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        """What a catalog entry is found by."""
        return self.context, self.text

    @property
    def is_format(self) -> bool:
        """Does it hold %(name)s placeholders?"""
        return bool(PLACEHOLDER.search(self.text + self.plural))
