"""Telling colleagues about waves."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.notifications import Notice, notify, notify_many
from organization.access import PLANNERS, people_holding
from surveys.models import Invitation, Wave


def tell_runners(kind: str, wave: Wave, words: Mapping[str, Any], *, key: str | None = None) -> None:
    """Tell who runs surveys at the wave's site."""
    context = {"title": wave.title, "site": wave.site, **words}
    people = people_holding(PLANNERS, wave.site)
    notify(kind, people, target=wave, site=wave.site, context=context, key=key)


def tell_invited(kind: str, wave: Wave, invitations: Iterable[Invitation], words: Mapping[str, Any]) -> None:
    """Tell each invited colleague, with the link of their own; once per kind and round of reminders."""
    context = {"title": wave.title, "site": wave.site, "closes": wave.closes_at, **words}
    notify_many(
        Notice(
            kind,
            [one.person],
            target=one,
            site=wave.site,
            context=context,
            key=f"{one.pk}:{wave.reminders}",
        )
        for one in invitations
    )
