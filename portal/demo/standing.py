"""Cases that stand open when the demo begins: every kind, in every part of its workflow, at every site."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from incidents.models import ApprovalRule, Case, CaseSource, CaseStatus, CaseTemplate
from incidents.services.analysing import submit_report, write_report
from incidents.services.extending import ask_extension
from incidents.services.opening import open_case
from incidents.services.pausing import pause
from incidents.services.prepared import install_rules, install_templates
from incidents.services.steps import record_act, take_step
from portal.demo.acts import Act, perform
from portal.demo.chance import identifier
from portal.demo.photographs import hash_of
from portal.demo.specs import MoveSpec, StandingSpec, standing_cases
from portal.demo.world import Place

#: With so many open cases at the site, or while one of these stands open, nothing is added: people have been at it.
ENOUGH = 8
DECIMALS = ("facts.funds", "facts.loss_amount")


def stand_open(place: Place, moment: datetime) -> None:
    """Open the site's cases before `moment` and lead each as far as its moves go; its company gets the shipped templates."""
    company = place.site.company
    if not CaseTemplate.objects.filter(company=company).exists():
        install_templates(company)
    if not ApprovalRule.objects.filter(company=company).exists():
        install_rules(company)
    here = Case.objects.filter(site=place.site, status=CaseStatus.OPEN)
    titles = [spec.title for spec in standing_cases()[place.spec.code]]
    if here.count() >= ENOUGH or here.filter(title__in=titles).exists():
        return
    for spec in standing_cases()[place.spec.code]:
        at = moment - timedelta(minutes=spec.ago)
        if Case.objects.filter(company=company, operation_id=_key(place, spec, at)).exists():
            continue
        acts = [Act(at, partial(_open, place, spec, at))]
        acts += [
            Act(at + timedelta(minutes=move.after), partial(_move, place, spec, move, at))
            for move in spec.steps
        ]
        perform(acts, at - timedelta(seconds=1), moment)


def _open(place: Place, spec: StandingSpec, at: datetime) -> None:
    stop = place.stop_of(spec.point)
    by_phone = spec.source == CaseSource.PHONE
    open_case(
        operation_id=_key(place, spec, at),
        site=place.site,
        kind=spec.kind,
        title=spec.title,
        description=spec.text,
        reported_by=None if by_phone else place.first_with(spec.by),
        reporter_name=spec.name,
        reporter_phone=spec.phone,
        source=spec.source,
        category=spec.category,
        subcategory=spec.subcategory,
        priority=spec.priority,
        occurred_at=at - timedelta(minutes=2),
        place=spec.place or f"{stop.spec.name} · {stop.spec.place}",
        zone=stop.checkpoint.zone,
        photos=(hash_of(spec.scene),) if spec.scene else (),
    )


def _move(place: Place, spec: StandingSpec, move: MoveSpec, opened_at: datetime) -> None:
    case = Case.objects.get(company_id=place.site.company_id, operation_id=_key(place, spec, opened_at))
    user = place.first_with(move.by)
    values = {path: _value(place, path, value, opened_at) for path, value in move.values.items()}
    if move.take:
        take_step(user=user, case_id=case.pk, step=move.take, values=values)
        return
    services: dict[str, Callable[[], Any]] = {
        "pause": lambda: pause(user=user, case_id=case.pk, **values),
        "extend": lambda: ask_extension(
            user=user, case_id=case.pk, until=opened_at + timedelta(hours=move.hours), **values
        ),
        "analysis": lambda: _analyse(case, place, move, values),
    }
    act = services.get(
        move.kind, lambda: record_act(user=user, case_id=case.pk, act=move.kind, values=values)
    )
    act()


def _analyse(case: Case, place: Place, move: MoveSpec, values: dict[str, Any]) -> None:
    """The report of R088, written and waiting for approval."""
    user = place.first_with(move.by)
    report = write_report(user=user, case_id=case.pk, version=case.analysis.version, values=values)
    submit_report(user=user, case_id=case.pk, version=report.version)


def _value(place: Place, path: str, value: Any, opened_at: datetime) -> Any:
    """Somebody with a role, a time after the opening, an amount, or the value itself."""
    match value:
        case str() if value.startswith("@"):
            return place.first_with(value[1:])
        case str() if value.startswith("+"):
            return opened_at + timedelta(hours=int(value[1:-1]))
        case str() if path in DECIMALS:
            return Decimal(value)
    return value


def _key(place: Place, spec: StandingSpec, at: datetime) -> Any:
    return identifier(at, "standing", place.spec.code, spec.title)
