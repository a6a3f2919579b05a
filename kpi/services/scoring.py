"""The weights of the department scorecard: set before their month begins, frozen from then on (R102)."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, policies
from core.clock import now
from kpi.attainment import WHOLE
from kpi.indicators import indicators
from kpi.models import Scorecard
from kpi.selectors.periods import Month, month_to_come
from organization.models import Company, Person, Site

SET = audit.register_action(
    "kpi.weights_set", gettext_lazy("Set the weights of the scorecard from %(month)s")
)
WITHDRAWN = audit.register_action(
    "kpi.weights_withdrawn", gettext_lazy("Took back the weights of the scorecard from %(month)s")
)


@transaction.atomic
def set_weights(
    *, user: Person, owner: Site | Company, month: Month, weights: Mapping[str, int], reason: str = ""
) -> Scorecard:
    """Score a site, or every site of a company without its own weights, by these from `month` on.

    Replaces what was set for that month before. Raises PermissionDenied, and ValidationError for a month that has
    begun, an indicator nobody knows, a weight that is no whole percent, and weights that do not sum to 100.
    """
    policies.require(user, "add", Scorecard, parent=owner)
    _check_month(owner, month)
    kept = {code: weight for code, weight in weights.items() if weight}
    _check_weights(kept)
    site = owner if isinstance(owner, Site) else None
    company_id = owner.company_id if isinstance(owner, Site) else owner.pk
    row, _is_new = Scorecard.objects.select_for_update().update_or_create(
        company_id=company_id,
        site=site,
        starts=month.first,
        defaults={"weights": kept, "reason": reason.strip(), "made_by": user, "made_at": now()},
    )
    audit.record(SET, actor=user, site=site, target=row, details={"month": str(month), "weights": kept})
    return row


@transaction.atomic
def withdraw_weights(*, user: Person, scorecard_id: int) -> None:
    """Take weights back before their month begins. Raises Http404, PermissionDenied, ValidationError."""
    row = policies.get_visible_or_404(
        user, Scorecard.objects.select_for_update(of=("self",)), pk=scorecard_id
    )
    policies.require(user, "delete", row)
    month = Month(row.starts)
    _check_month(row.site or row.company, month)
    audit.record(WITHDRAWN, actor=user, site=row.site, target=row, details={"month": str(month)})
    row.delete()


def _check_month(owner: Site | Company, month: Month) -> None:
    first = month_to_come(owner)
    if month < first:
        raise ValidationError(
            {
                "month": _("Weights are frozen when their month begins. The earliest month now is %(month)s.")
                % {"month": first}
            }
        )


def _check_weights(weights: Mapping[str, int]) -> None:
    unknown = sorted(set(weights) - set(indicators()))
    if unknown:
        raise ValidationError(_("There is no such indicator: %(codes)s.") % {"codes": ", ".join(unknown)})
    if not all(isinstance(weight, int) and 0 < weight <= WHOLE for weight in weights.values()):
        raise ValidationError(_("Weights are whole percent between 0 and 100."))
    total = sum(weights.values())
    if total != WHOLE:
        raise ValidationError(
            _("The weights sum to %(total)d; they must sum to 100. Difference: %(missing)+d.")
            % {"total": total, "missing": WHOLE - total}
        )
