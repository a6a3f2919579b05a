"""Plans proposed to a site by its profile: shipped rules, each with its basis; the strictest applicable wins."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.recurrence import Rule, rule_from_json
from core.translated import TranslatedText
from organization.models import Site
from patrols.models import Discipline

FILE = Path(__file__).resolve().parent.parent / "defaults" / "plans.yaml"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan to adopt. `why` says which rule demands it, `basis` where that rule stands."""

    code: str
    name: TranslatedText
    why: TranslatedText
    discipline: Discipline
    rule: Rule
    window_minutes: int
    grace_minutes: int
    basis: str


@cache
def _shipped() -> tuple[tuple[Proposal, dict[str, Any], tuple[str, ...]], ...]:
    """Each proposal with its condition and the codes it makes superfluous."""
    return tuple(
        (
            Proposal(
                code=row["code"],
                name=TranslatedText(row["name"]),
                why=TranslatedText(row["why"]),
                discipline=Discipline(row["discipline"]),
                rule=rule_from_json(row["rule"]),
                window_minutes=row["window_minutes"],
                grace_minutes=row["grace_minutes"],
                basis=row["basis"],
            ),
            row["when"],
            tuple(row.get("replaces", ())),
        )
        for row in yaml.safe_load(FILE.read_text(encoding="utf-8"))
    )


def proposals_for(site: Site) -> list[Proposal]:
    """What this site should patrol by its profile, without what a stricter rule covers."""
    fitting = [entry for entry in _shipped() if _fits(site, entry[1])]
    covered = {code for _proposal, _when, replaces in fitting for code in replaces}
    return [proposal for proposal, _when, _replaces in fitting if proposal.code not in covered]


def proposal_of(site: Site, code: str) -> Proposal:
    """The proposal `code` for `site`. Raises LookupError when the site's profile does not call for it."""
    for proposal in proposals_for(site):
        if proposal.code == code:
            return proposal
    raise LookupError(code)


def _fits(site: Site, condition: Mapping[str, Any]) -> bool:
    return all(
        any(_fits(site, part) for part in wanted) if field == "any" else getattr(site, field) in wanted
        for field, wanted in condition.items()
    )
