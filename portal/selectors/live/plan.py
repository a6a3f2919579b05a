"""The site's plan with every point coloured by how long ago it was seen."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.plan import Area, Plan, Point
from organization.models import Site
from patrols.selectors import freshness


def plan(site: Site) -> Plan:
    """The plan; two queries."""
    points = [
        Point(
            x=line.checkpoint.x,
            y=line.checkpoint.y,
            tone=line.tone,
            label=f"{line.checkpoint.code} {line.checkpoint.name} · {seen_text(line.hours)}",
            url=reverse("patrols:checkpoint", args=[line.checkpoint.pk]),
        )
        for line in freshness.point_freshness(site)
        if line.checkpoint.x is not None and line.checkpoint.y is not None
    ]
    areas = [
        Area(zone.polygon, zone.code, "", reverse("organization:zone", args=[zone.pk]))
        for zone in site.zones.filter(is_active=True).only("code", "polygon", "site_id")
        if zone.polygon
    ]
    return Plan(
        title=_("Plan of %(site)s") % {"site": site.name},
        image=reverse("organization:site_plan_image", args=[site.pk]) if site.plan else "",
        real_width=float(site.plan_width_m or 200),
        real_height=float(site.plan_height_m or 120),
        points_source=points,
        areas_source=areas,
    )


def seen_text(hours: float | None) -> str:
    """How long ago a point was seen."""
    if hours is None:
        return _("never seen")
    if hours < 1:
        return _("seen within the hour")
    return ngettext("seen %(count)d hour ago", "seen %(count)d hours ago", int(hours)) % {"count": int(hours)}
