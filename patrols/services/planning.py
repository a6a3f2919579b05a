"""Routes and plans: made and changed by people, with the rounds that have not begun made anew."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, changed_days, live
from core.clock import local
from core.events import emit
from core.policies import require
from organization.models import Person, Site, Zone
from patrols import signals
from patrols.models import OPEN_STATUSES, Checkpoint, Order, Plan, Round, RoundStatus, Route, RoutePoint
from patrols.services.materialising import replan
from patrols.services.proposals import proposal_of

CANCELLED = audit.register_action("patrols.round_cancelled", _("Cancelled a round of %(plan)s: %(reason)s"))
PLAN_FIELDS = frozenset(
    {
        "route",
        "name",
        "discipline",
        "rule",
        "window_minutes",
        "grace_minutes",
        "early_minutes",
        "post",
        "person",
        "basis",
    }
)


@transaction.atomic
def create_route(
    *,
    user: Person,
    site: Site,
    name: str,
    checkpoint_ids: Sequence[int],
    order: str = Order.ANY,
    zone: Zone | None = None,
) -> Route:
    """A route over points of `site`, in the given order. Raises PermissionDenied, ValidationError."""
    require(user, "add", Route, parent=site)
    route = Route(site=site, name=name, order=order, zone=zone)
    _check_zone(route)
    route.full_clean()
    route.save()
    _set_points(route, checkpoint_ids)
    return route


@transaction.atomic
def change_route(
    *,
    user: Person,
    route: Route,
    name: str,
    checkpoint_ids: Sequence[int],
    order: str = Order.ANY,
    zone: Zone | None = None,
    is_active: bool = True,
) -> Route:
    """Give a route these values. Rounds that may have begun keep their points (F27).

    Raises PermissionDenied, ValidationError.
    """
    require(user, "change", route)
    row = Route.objects.select_for_update(of=("self",)).select_related("site").get(pk=route.pk)
    row.name, row.order, row.zone, row.is_active = name, order, zone, is_active
    _check_zone(row)
    row.full_clean()
    row.save()
    _set_points(row, checkpoint_ids)
    replan(row.plans.filter(is_active=True).values_list("pk", flat=True))
    live.publish(f"site:{row.site_id}", "rounds")
    return row


def _check_zone(route: Route) -> None:
    if route.zone is not None and route.zone.site_id != route.site_id:
        raise ValidationError({"zone": _("This belongs to another site.")})


def _set_points(route: Route, checkpoint_ids: Sequence[int]) -> None:
    """Make the route's points these, in this order."""
    wanted = list(dict.fromkeys(checkpoint_ids))
    known = set(
        Checkpoint.objects.filter(pk__in=wanted, site_id=route.site_id, is_active=True).values_list(
            "pk", flat=True
        )
    )
    # A point retired since it was put on the route may stay on it: rounds leave it out.
    known |= set(route.points.values_list("checkpoint_id", flat=True))
    if not wanted or not set(wanted) <= known:
        raise ValidationError({"checkpoints": _("Choose at least one point of this site.")})
    if list(route.points.order_by("position").values_list("checkpoint_id", flat=True)) == wanted:
        return
    route.points.all().delete()
    RoutePoint.objects.bulk_create(
        RoutePoint(route=route, checkpoint_id=key, position=position) for position, key in enumerate(wanted)
    )


@transaction.atomic
def create_plan(*, user: Person, site: Site, route: Route, name: str, rule: Any, **fields: Any) -> Plan:
    """A plan that repeats `route`; its rounds of the next 48 hours exist when this returns.

    `fields` are those of PLAN_FIELDS. Raises PermissionDenied, ValidationError.
    """
    require(user, "add", Plan, parent=site)
    plan = Plan(site=site, route=route, name=name, rule=rule, **_known(fields))
    _check_plan(plan)
    plan.full_clean()
    plan.save()
    replan([plan.pk])
    return plan


@transaction.atomic
def change_plan(*, user: Person, plan: Plan, **fields: Any) -> Plan:
    """Change fields of a plan; rounds that have not begun are made anew. Raises PermissionDenied, ValidationError."""
    require(user, "change", plan)
    row = Plan.objects.select_for_update(of=("self",)).select_related("site").get(pk=plan.pk)
    for field, value in _known(fields).items():
        setattr(row, field, value)
    _check_plan(row)
    row.full_clean()
    row.save()
    replan([row.pk])
    return row


def end_plan(*, user: Person, plan: Plan) -> Plan:
    """Take a plan out of use: rounds that have not begun disappear. Raises PermissionDenied."""
    return _set_in_use(user, plan, in_use=False)


def restart_plan(*, user: Person, plan: Plan) -> Plan:
    """Take a plan into use again, from now on. Raises PermissionDenied."""
    return _set_in_use(user, plan, in_use=True)


@transaction.atomic
def _set_in_use(user: Person, plan: Plan, *, in_use: bool) -> Plan:
    require(user, "change", plan)
    row = Plan.objects.select_for_update(of=("self",)).select_related("site").get(pk=plan.pk)
    if row.is_active != in_use:
        row.is_active = in_use
        row.save(update_fields=["is_active"])
        replan([row.pk])
    return row


@transaction.atomic
def adopt_proposal(*, user: Person, site: Site, proposal_code: str, route: Route, **over: Any) -> Plan:
    """A plan made from a shipped proposal; `over` replaces fields of it. Raises as `create_plan`, and LookupError."""
    proposal = proposal_of(site, proposal_code)
    fields: dict[str, Any] = {
        "name": proposal.name.text(site.language),
        "rule": proposal.rule,
        "discipline": proposal.discipline,
        "window_minutes": proposal.window_minutes,
        "grace_minutes": proposal.grace_minutes,
        "basis": proposal.basis,
    }
    return create_plan(user=user, site=site, route=route, **(fields | over))


@transaction.atomic
def cancel_round(*, user: Person, round_: Round, reason: str) -> Round:
    """Cancel a round that is not over: it counts nowhere. Raises PermissionDenied, ValidationError."""
    require(user, "cancel", round_)
    row = Round.objects.select_for_update(of=("self",)).select_related("site", "plan").get(pk=round_.pk)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if row.status not in OPEN_STATUSES:
        raise ValidationError(_("This round is over."))
    row.status, row.cancel_reason = RoundStatus.CANCELLED, reason.strip()[:200]
    row.save(update_fields=["status", "cancel_reason"])
    changed_days.mark([(row.site_id, local(row.due_start, row.site.zone_info).date())])
    audit.record(
        CANCELLED,
        actor=user,
        site=row.site,
        target=row,
        details={"plan": row.plan.name, "reason": row.cancel_reason},
    )
    live.publish(f"site:{row.site_id}", "rounds", rounds=[row.pk])
    emit(signals.round_cancelled, round_id=row.pk, site_id=row.site_id)
    return row


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - PLAN_FIELDS
    if unknown:
        raise TypeError(f"not a field of a plan: {', '.join(sorted(unknown))}")
    return fields


def _check_plan(plan: Plan) -> None:
    """Route and post belong to the plan's site, the person to its company."""
    wrong = {}
    if plan.route.site_id != plan.site_id:
        wrong["route"] = _("This belongs to another site.")
    if plan.post is not None and plan.post.site_id != plan.site_id:
        wrong["post"] = _("This belongs to another site.")
    if plan.person is not None and plan.person.company_id != plan.site.company_id:
        wrong["person"] = _("This person belongs to another company.")
    if wrong:
        raise ValidationError(wrong)
