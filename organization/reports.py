"""Printable forms of this app."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.clock import now
from core.reports import Column, Report, Sheet
from organization.models import Site


def zone_table(site: Site) -> Report:
    """The zone table 区域划分表 of a site: number, zone name, responsible person, phone, main duties."""
    rows = list(site.zones.filter(is_active=True).select_related("responsible", "building"))
    columns = [
        Column("code", pgettext("of a zone", "Number"), width=8),
        Column("name", _("Zone name"), width=20),
        Column("kind", _("Kind"), value=lambda zone: zone.get_kind_display(), width=14),
        Column("area_m2", _("Area (m²)"), "number", digits=1, width=12),
        Column(
            "responsible",
            _("Responsible person"),
            value=lambda zone: zone.responsible.name if zone.responsible else _("Nobody"),
            width=16,
        ),
        Column("phone", _("Phone"), width=16),
        Column("duties", _("Main duties"), width=40),
    ]
    return Report(
        key="zone-table",
        title=_("Zone table"),
        company=site.company.name,
        site=site.name,
        made_at=now(),
        language=site.language,
        time_zone=site.zone_info,
        sheets=[Sheet("zones", _("Zones"), columns, rows)],
    )
