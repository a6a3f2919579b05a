"""A filled form as PDF, with the photos of the case."""

import base64
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from core import wording
from core.attachments.storing import StoreUnavailable, read
from core.clock import local, now
from core.reports.pdf import print_sheet
from incidents.models import Case
from incidents.papers.forms import FORMS
from incidents.selectors.reading import photos_of

MOST_PHOTOS = 8


def paper_pdf(case: Case, form: str) -> bytes:
    """The form as PDF in the site's language. Raises PdfUnavailable."""
    language = case.site.language
    with translation.override(language):
        paper = FORMS[form](case)
        html = render_to_string(
            "incidents/paper.html",
            {
                "paper": paper,
                "case": case,
                "language": language,
                "photos": _pictures(case) if paper.has_photos else [],
                "printed_at": wording.moment(local(now(), case.site.zone_info)),
            },
        )
    css = (Path(settings.BASE_DIR) / "templates/components/paper.css").read_text("utf-8")
    file = BytesIO()
    print_sheet(html, css, file, language=language)
    return file.getvalue()


def _pictures(case: Case) -> list[str]:
    """Thumbnails as data addresses: nothing is fetched while printing. A file that is gone is left out."""
    found = []
    for photo in photos_of(case)[:MOST_PHOTOS]:
        if not photo.blob.is_stored:
            continue
        try:
            content = read(photo.blob.full_name)
        except StoreUnavailable:
            continue
        found.append(f"data:{photo.blob.media_type};base64,{base64.b64encode(content).decode()}")
    return found
