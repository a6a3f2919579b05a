"""会议纪要: a residents' forum on A4, in the site's language, with its measures and lines to sign on."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from collaboration.models import ActionItem
from core import wording
from core.clock import local, now
from core.reports.pdf import print_sheet
from surveys.models import Forum


def minutes_pdf(forum: Forum, actions: Sequence[ActionItem]) -> bytes:
    """The minutes as PDF. Raises core.reports.pdf.PdfUnavailable."""
    site = forum.site
    with translation.override(site.language):
        html = render_to_string(
            "surveys/minutes.html",
            {
                "forum": forum,
                "site": site,
                "language": site.language,
                "held_at": wording.moment(local(forum.held_at, site.zone_info)),
                "actions": [
                    (action, wording.moment(local(action.due_at, site.zone_info))) for action in actions
                ],
                "printed_at": wording.moment(local(now(), site.zone_info)),
            },
        )
    css = (Path(settings.BASE_DIR) / "templates/components/paper.css").read_text("utf-8")
    file = BytesIO()
    print_sheet(html, css, file, language=site.language)
    return file.getvalue()
