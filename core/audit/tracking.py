"""Change history: every version of what people edit, kept by database triggers (also for bulk and raw writes)."""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=models.Model)


def tracked(**options: Any) -> Callable[[type[M]], type[M]]:
    """Class decorator: keep each version of the model's rows with actor, act and request id.

    `exclude` names fields that are not kept (secrets, stamps of no interest).
    """
    decorate: Callable[[type[M]], type[M]] = pghistory.track(
        pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), **options
    )
    return decorate
