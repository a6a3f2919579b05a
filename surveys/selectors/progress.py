"""How far waves are: who was invited, who answered, who has not."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from surveys.models import Evidence, InvitationState, Response, Wave

#: Below this share of answers a result says little about those who did not answer (domain 2.12, proposed).
LOW_RESPONSE = 0.3


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one wave. `personal` answers came by a personal invitation, `open` by a code anybody may scan."""

    wave: Wave
    answered: int
    refused: int
    unreachable: int
    waiting: int
    personal: int
    open: int

    @property
    def share(self) -> float | None:
        """Valid personal answers out of all invited (K42); None when nobody was invited."""
        return self.personal / self.wave.invited if self.wave.invited else None

    @property
    def is_low(self) -> bool:
        """Too few to rely on?"""
        return self.share is not None and self.share < LOW_RESPONSE

    @property
    def is_enough(self) -> bool:
        """Are the answers there that the margin takes?"""
        return self.wave.needed is not None and self.personal >= self.wave.needed


def progress_of(waves: Iterable[Wave]) -> list[Progress]:
    """Of each wave in the given order; two queries."""
    found = list(waves)
    keys = [wave.pk for wave in found]
    counted = Wave.objects.filter(pk__in=keys).annotate(
        **{
            f"count_{state}": Count("invitations", filter=Q(invitations__state=state))
            for state in InvitationState
        }
    )
    invitations = {
        row["pk"]: row
        for row in counted.values("pk", *(f"count_{state}" for state in InvitationState.values))
    }
    valid = Response.objects.valid().filter(wave__in=keys).order_by()
    answers = {
        (row["wave_id"], row["evidence"]): row["count"]
        for row in valid.values("wave_id", "evidence").annotate(count=Count("pk"))
    }
    return [
        Progress(
            wave,
            answered=invitations[wave.pk]["count_answered"],
            refused=invitations[wave.pk]["count_refused"],
            unreachable=invitations[wave.pk]["count_unreachable"],
            waiting=invitations[wave.pk]["count_invited"],
            personal=answers.get((wave.pk, Evidence.PERSONAL), 0),
            open=answers.get((wave.pk, Evidence.OPEN), 0),
        )
        for wave in found
    ]


def with_answers(waves: QuerySet[Wave]) -> QuerySet[Wave]:
    """Waves with `valid_count` and `open_count`: the answers that count, by a personal invitation and by an open code."""
    counted = {"valid_count": Evidence.PERSONAL, "open_count": Evidence.OPEN}
    return waves.annotate(**{name: Coalesce(_count(evidence), 0) for name, evidence in counted.items()})


def _count(evidence: Evidence) -> Subquery:
    valid = Response.objects.valid().filter(wave=OuterRef("pk"), evidence=evidence).order_by().values("wave")
    return Subquery(valid.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
