"""What a survey prints: a letter for each invited household, and posters of its open code."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from core.reports.pdf import print_sheet
from organization.models import SiteInformation
from organization.privacy import path_of
from surveys.links import gate_url, invitation_url
from surveys.models import Invitation, Wave

#: In this order on a poster: the site's language first.
LANGUAGES = ("zh-hans", "en", "zh-hant")
_FOLDER = Path(settings.BASE_DIR) / "templates" / "surveys"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as the template shows it."""

    invitation: Invitation
    picture: str
    address: str


def letters(wave: Wave, invitations: Iterable[Invitation], *, is_reminder: bool = False) -> bytes:
    """A PDF with a page for each household (with building loaded), in the site's language.

    Raises core.reports.pdf.PdfUnavailable.
    """
    pages = [
        Letter(one, picture(address), address) for one in invitations if (address := invitation_url(one))
    ]
    return _printed("letters", wave, {"letters": pages, "is_reminder": is_reminder})


def poster(wave: Wave) -> bytes:
    """A PDF with the open code of a wave. Raises core.reports.pdf.PdfUnavailable."""
    address = gate_url(wave)
    return _printed("poster", wave, {"picture": picture(address), "address": address})


def picture(address: str) -> str:
    """A code as an inline picture; error correction M bears a crease or a stain."""
    return segno.make(address, error="m", micro=False).svg_data_uri(border=2, omitsize=True)


def _printed(name: str, wave: Wave, context: dict[str, Any]) -> bytes:
    site = wave.site
    language = site.language
    with translation.override(language):
        html = render_to_string(
            f"surveys/{name}.html",
            {
                "wave": wave,
                "site": site,
                "language": language,
                "languages": sorted(LANGUAGES, key=lambda code: code != language),
                "information": SiteInformation.objects.filter(site=site).first(),
                "privacy": settings.PUBLIC_URL.rstrip("/") + path_of(site),
                **context,
            },
        )
    file = BytesIO()
    print_sheet(html, (_FOLDER / f"{name}.css").read_text("utf-8"), file, language=language)
    return file.getvalue()
