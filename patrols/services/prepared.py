"""A statement that is planned once per connection, for planning the statement of scans costs more than running it."""

import zlib
from collections.abc import Mapping
from typing import Any
from weakref import WeakSet


class Prepared:
    """A statement with named parameters, `types` in the order in which they are handed over.

    `text` is the statement as it stands, `execute` runs the plan that `ensure` has made.
    """

    def __init__(self, name: str, text: str, types: Mapping[str, str]) -> None:
        self.text = text
        name = f"{name}_{zlib.crc32(text.encode()):08x}"  # the name changes with the statement
        numbered = text
        for number, parameter in enumerate(types, start=1):
            numbered = numbered.replace(f"%({parameter})s", f"${number}")
        values = ", ".join(f"%({parameter})s::{kind}" for parameter, kind in types.items())
        self._prepare = f"PREPARE {name} ({', '.join(types.values())}) AS {numbered}"
        self.execute = f"EXECUTE {name} ({values})"
        self._connections: WeakSet[Any] = WeakSet()

    def ensure(self, cursor: Any, raw: Any) -> None:
        """Prepare the statement on the driver's connection `raw`, which `cursor` uses, unless that was done."""
        if raw not in self._connections:
            cursor.execute(self._prepare)
            self._connections.add(raw)
