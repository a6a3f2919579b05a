"""What is wrong with a rule or a calendar, named field by field."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Lazy
else:
    from django.utils.functional import Promise as Lazy

#: Kept lazy, so that it is worded in the language of whoever reads it.
Message = str | Lazy


class RuleError(ValueError):
    """A rule, or the opening hours beside it, cannot mean anything.

    `errors` maps the name of each faulty field, as it is spelled in JSON, to its messages.
    """

    def __init__(self, errors: Mapping[str, list[Message]]) -> None:
        self.errors: dict[str, list[Message]] = dict(errors)
        super().__init__(self.errors)

    def __str__(self) -> str:
        return "; ".join(
            f"{field}: {message}" for field, messages in self.errors.items() for message in messages
        )

    def texts(self) -> dict[str, list[str]]:
        """The messages in the active language, by field."""
        return {field: [str(message) for message in messages] for field, messages in self.errors.items()}


class Findings:
    """Collects what is wrong, so that one look at a form shows every fault."""

    def __init__(self) -> None:
        self.errors: dict[str, list[Message]] = {}

    def add(self, field: str, message: Message) -> None:
        """Note one fault; the same fault is noted once."""
        messages = self.errors.setdefault(field, [])
        if message not in messages:
            messages.append(message)

    def demand(self, holds: bool, field: str, message: Message) -> None:
        """Note the fault unless the condition holds."""
        if not holds:
            self.add(field, message)

    def raise_any(self) -> None:
        """Raise RuleError when anything was noted."""
        if self.errors:
            raise RuleError(self.errors)
