"""The upward report as a draft: its six items written from what the case knows, in the site's language."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import wording
from core.clock import local
from incidents.categories import category_label
from incidents.models import Case, CaseEntry, EntryKind, UpwardReport
from incidents.selectors.reading import title_of
from incidents.workflows import workflow_of

#: The six items of Order 493 §12, in its order.
ITEMS = ("unit", "scene", "course", "casualties", "measures", "other")
ITEM_LABELS = {field.name: field.verbose_name for field in UpwardReport._meta.fields if field.name in ITEMS}


def draft_of(case: Case) -> dict[str, str]:
    """Every item as it can be said now."""
    with translation.override(case.site.language):
        entries = list(case.entries.select_related("actor").order_by("at", "pk"))
        return {
            "unit": _unit(case),
            "scene": _scene(case),
            "course": _course(case),
            "casualties": _casualties(case),
            "measures": _measures(case, entries),
            "other": _other(case),
        }


def filled(case: Case, report: UpwardReport) -> dict[str, str]:
    """The items as somebody wrote them; what nobody has written, as the draft has it."""
    draft = draft_of(case)
    return {name: getattr(report, name) or draft[name] for name in ITEMS}


def _unit(case: Case) -> str:
    site = case.site
    lines = [f"{site.company.name}, {site.name} ({site.get_site_type_display()})", site.address]
    if site.households:
        lines.append(ngettext("{n} household", "{n} households", site.households).format(n=site.households))
    if site.is_fire_key_unit:
        lines.append(_("Fire key unit"))
    return _lines(lines)


def _scene(case: Case) -> str:
    happened = wording.moment(local(case.occurred_at, case.site.zone_info))
    place = ", ".join(filter(None, (case.zone.name if case.zone else "", case.place)))
    return _lines(
        [
            _("Time: {text}").format(text=happened),
            _("Place: {text}").format(text=place or case.site.name),
            _("Scope: {text}").format(text=case.incident.scope) if case.incident.scope else "",
        ]
    )


def _course(case: Case) -> str:
    facts = case.incident
    what = category_label(case.kind, case.subcategory or case.category)
    lines = [f"{what}: {case.title}", case.description]
    for label, moment in (
        (_("Confirmed"), facts.confirmed_at),
        (_("Plan activated"), facts.plan_activated_at),
        (_("On the scene"), case.arrived_at),
        (_("Under control"), case.controlled_at),
    ):
        if moment is not None:
            lines.append(f"{label}: {wording.moment(local(moment, case.site.zone_info))}")
    return _lines(lines)


def _casualties(case: Case) -> str:
    facts = case.incident
    people = _("{dead} dead, {seriously} seriously injured, {injured} injured").format(
        dead=facts.dead, seriously=facts.seriously_injured, injured=facts.injured
    )
    loss = (
        _("Direct loss, first estimate: {amount} yuan").format(amount=facts.loss_amount)
        if facts.loss_amount is not None
        else _("Loss not yet known")
    )
    return _lines([people, loss])


def _measures(case: Case, entries: Iterable[CaseEntry]) -> str:
    workflow, zone = workflow_of(case.kind), case.site.zone_info
    acts = [entry for entry in entries if entry.kind == EntryKind.ACT]
    lines = [
        f"{wording.moment(local(entry.at, zone), 'time')} {title_of(workflow, entry)}"
        + (f": {entry.text}" if entry.text else "")
        for entry in acts
    ]
    return _lines(lines) or _("Being handled on the scene")


def _other(case: Case) -> str:
    level = case.incident.get_level_display() if case.incident.level else ""
    return _lines([f"{case.number}", str(level), case.incident.recovery])


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)
