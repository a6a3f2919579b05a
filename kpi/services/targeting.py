"""Targets: proposed by one person, approved by another, before their month begins; so nobody moves a goal that is being played for."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, policies
from core.clock import now
from core.notifications import notify, register_kind
from kpi.indicators import Indicator, indicators
from kpi.models import Target, TargetState
from kpi.selectors.periods import Month
from kpi.selectors.standing import goal_shown
from kpi.selectors.targets import earliest
from organization.access import COMPANY_WIDE, MANAGERS, people_holding
from organization.models import Company, Membership, Person, Site

PROPOSED = audit.register_action(
    "kpi.target_proposed", gettext_lazy("Proposed the target %(indicator)s %(value)s from %(month)s")
)
APPROVED = audit.register_action(
    "kpi.target_approved", gettext_lazy("Approved the target %(indicator)s %(value)s from %(month)s")
)
DECLINED = audit.register_action(
    "kpi.target_declined", gettext_lazy("Declined the target %(indicator)s %(value)s from %(month)s")
)
WITHDRAWN = audit.register_action(
    "kpi.target_withdrawn", gettext_lazy("Withdrew the target %(indicator)s %(value)s from %(month)s")
)
TO_DECIDE, DECIDED = "kpi.target_to_decide", "kpi.target_decided"


def _page(target: Target) -> str:
    return f"{reverse('kpi:targets')}?site={target.site_id or ''}"


register_kind(
    TO_DECIDE,
    title=gettext_lazy("A target waits for your decision: %(name)s"),
    body=gettext_lazy("%(place)s: %(value)s from %(month)s on. %(by)s: %(reason)s"),
    label=gettext_lazy("A target waits for my decision"),
    url=_page,
)
register_kind(
    DECIDED,
    title=gettext_lazy("Target decided: %(name)s, %(state)s"),
    body=gettext_lazy("%(place)s: %(value)s from %(month)s on. %(by)s %(reason)s"),
    label=gettext_lazy("My target was decided"),
    url=_page,
)


@transaction.atomic
def propose_target(
    *, user: Person, owner: Site | Company, indicator: str, value: float | None, month: Month, reason: str
) -> Target:
    """Propose what an indicator is to reach from `month` on, at a site or in the whole company.

    `value` in the indicator's own unit (fractions, minutes), None for information only. Raises PermissionDenied,
    and ValidationError naming the fields: a month that has begun, a value that cannot be, one laxer than the law, the
    same proposed already.
    """
    policies.require(user, "add", Target, parent=owner)
    site = owner if isinstance(owner, Site) else None
    company_id = owner.pk if isinstance(owner, Company) else owner.company_id
    declared = _declared(indicator)
    _check_month(owner, month)
    _check_value(declared, value)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that whoever decides can judge it.")})
    same = Target.objects.filter(company_id=company_id, site=site, indicator=indicator, starts=month.first)
    if same.filter(state=TargetState.PROPOSED).exists():
        raise ValidationError(
            {"month": _("A target for this month is proposed already. Decide or withdraw it first.")}
        )
    target = Target.objects.create(
        company_id=company_id, site=site, indicator=indicator, value=value, starts=month.first,
        reason=reason.strip(), proposed_by=user, proposed_at=now(),
    )  # fmt: skip
    _record(PROPOSED, user, target)
    _tell_deciders(target, user)
    return target


@transaction.atomic
def approve_target(*, user: Person, target_id: int, decision: str = "") -> Target:
    """Let a proposed target count. Raises PermissionDenied (also for whoever proposed it) and ValidationError once its month has begun."""
    target = _locked(user, "decide", target_id)
    _check_other(user, target)
    _check_month(target.site or target.company, Month(target.starts))
    same = Target.objects.filter(
        company=target.company, site=target.site, indicator=target.indicator, starts=target.starts,
        state=TargetState.APPROVED,
    )  # fmt: skip
    if same.exists():
        raise ValidationError(_("Another target for this month is approved already. Withdraw it first."))
    return _decide(user, target, TargetState.APPROVED, APPROVED, decision)


@transaction.atomic
def decline_target(*, user: Person, target_id: int, decision: str) -> Target:
    """Turn a proposed target down, with a reason. Raises PermissionDenied and ValidationError."""
    target = _locked(user, "decide", target_id)
    _check_other(user, target)
    if not decision.strip():
        raise ValidationError({"decision": _("Say why it is declined.")})
    return _decide(user, target, TargetState.DECLINED, DECLINED, decision)


@transaction.atomic
def withdraw_target(*, user: Person, target_id: int) -> Target:
    """Take back a proposed target, or an approved one whose month has not begun. Raises PermissionDenied and ValidationError."""
    target = _locked(user, "withdraw", target_id, TargetState.PROPOSED, TargetState.APPROVED)
    if target.state == TargetState.APPROVED:
        policies.require(user, "decide", target)
        _check_month(target.site or target.company, Month(target.starts))
    elif target.proposed_by_id != user.pk:
        policies.require(user, "decide", target)
    target.state = TargetState.WITHDRAWN
    target.decided_by, target.decided_at = user, now()
    target.save(update_fields=["state", "decided_by", "decided_at"])
    _record(WITHDRAWN, user, target)
    return target


def _declared(code: str) -> Indicator:
    found = indicators().get(code)
    if found is None:
        raise ValidationError({"indicator": _("There is no such indicator.")})
    return found


def _check_month(owner: Site | Company, month: Month) -> None:
    first = earliest(owner)
    if month < first:
        raise ValidationError(
            {
                "month": _("A target is frozen when its month begins. The earliest month now is %(month)s.")
                % {"month": first}
            }
        )


def _check_value(indicator: Indicator, value: float | None) -> None:
    most = {"percent": 1.0, "permille": 1.0, "score": 100.0, "points": 100.0}.get(indicator.unit)
    least = -100.0 if indicator.unit == "points" else 0.0
    if value is not None and (value < least or (most is not None and value > most)):
        raise ValidationError({"value": _("This indicator cannot have such a value.")})
    if indicator.is_statutory and not indicator.meets(value, indicator.target):
        law = goal_shown(indicator, indicator.target)
        raise ValidationError(
            {
                "value": _("The law asks for %(target)s; a target may be stricter, not laxer.")
                % {"target": law}
            }
        )


def _locked(user: Person, action: str, target_id: int, *states: TargetState) -> Target:
    target = policies.get_visible_or_404(user, Target.objects.select_for_update(of=("self",)), pk=target_id)
    policies.require(user, action, target)
    if target.state not in (states or (TargetState.PROPOSED,)):
        raise ValidationError(_("This target is %(state)s already.") % {"state": target.get_state_display()})
    return target


def _check_other(user: Person, target: Target) -> None:
    if target.proposed_by_id == user.pk:
        raise ValidationError(_("Somebody else must decide: nobody approves their own target."))


def _decide(user: Person, target: Target, state: TargetState, action: str, decision: str) -> Target:
    target.state, target.decision = state, decision.strip()
    target.decided_by, target.decided_at = user, now()
    target.save(update_fields=["state", "decision", "decided_by", "decided_at"])
    _record(action, user, target)
    context = _facts(target) | {"state": state.label, "by": user.name, "reason": target.decision}
    notify(DECIDED, [target.proposed_by], target=target, site=target.site, context=context)
    return target


def _tell_deciders(target: Target, user: Person) -> None:
    if target.site is not None:
        people = people_holding(MANAGERS, target.site)
    else:
        held = Membership.objects.valid_on(now().date()).filter(
            role__in=COMPANY_WIDE, company_id=target.company_id, site=None, department__site=None
        )
        people = Person.objects.filter(pk__in=held.values("person_id"), is_active=True)
    context = _facts(target) | {"by": user.name, "reason": target.reason}
    notify(TO_DECIDE, people.exclude(pk=user.pk), target=target, site=target.site, context=context)


def _facts(target: Target) -> dict[str, Any]:
    declared = indicators()[target.indicator]
    return {
        "name": declared.name,
        "value": goal_shown(declared, target.value),
        "month": str(Month(target.starts)),
        "place": target.site.name if target.site is not None else target.company.name,
    }


def _record(action: str, user: Person, target: Target) -> None:
    facts = {
        "indicator": target.indicator,
        "value": _facts(target)["value"],
        "month": str(Month(target.starts)),
    }
    audit.record(action, actor=user, company=target.company, site=target.site, target=target, details=facts)
