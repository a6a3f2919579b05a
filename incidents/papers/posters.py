"""Codes of intake points on paper: small labels, several a sheet, and posters in the three languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.reports.pdf import print_sheet
from incidents.links import point_url
from incidents.models import IntakePoint

#: In this order on a poster: the site's language first.
LANGUAGES = ("zh-hans", "en", "zh-hant")


@dataclass(frozen=True, slots=True)
class Layout:
    """How many stand on a sheet."""

    name: str
    label: Any
    per_page: int


LAYOUTS = {
    one.name: one
    for one in (Layout("poster", _("Poster, one on A4"), 1), Layout("label", _("Labels, six on A4"), 6))
}


@dataclass(frozen=True, slots=True)
class Printed:
    """One code as the template shows it."""

    point: IntakePoint
    picture: str
    address: str


def posters(points: Iterable[IntakePoint], layout: str) -> bytes:
    """A PDF of the codes of points of one site (with site loaded), each with a label that can be printed.

    Raises KeyError for an unknown layout, core.reports.pdf.PdfUnavailable.
    """
    chosen = LAYOUTS[layout]
    printed = [_printed(point) for point in points]
    site = printed[0].point.site
    languages = sorted(LANGUAGES, key=lambda code: code != site.language)
    with translation.override(site.language):
        html = render_to_string(
            "incidents/posters.html",
            {
                "site": site,
                "layout": chosen,
                "language": site.language,
                "languages": languages,
                "pages": [
                    printed[start : start + chosen.per_page]
                    for start in range(0, len(printed), chosen.per_page)
                ],
            },
        )
    css = (Path(settings.BASE_DIR) / "templates/incidents/posters.css").read_text("utf-8")
    file = BytesIO()
    print_sheet(html, css, file, language=site.language)
    return file.getvalue()


def _printed(point: IntakePoint) -> Printed:
    address = point_url(point)
    code = segno.make(address, error="m", micro=False)
    return Printed(point, code.svg_data_uri(border=2, omitsize=True), address)
