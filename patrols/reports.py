"""Label sheets to print and stick: several per A4, code and name in big type, the site's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from core.reports.pdf import print_sheet
from organization.models import Person
from patrols.models import Checkpoint, CheckpointLabel
from patrols.services.labels import label_url, printable_label


@dataclass(frozen=True, slots=True)
class Layout:
    """How many labels stand on a sheet."""

    name: str
    across: int
    down: int


LAYOUTS = {layout.name: layout for layout in (Layout("2x4", 2, 4), Layout("3x5", 3, 5))}


@dataclass(frozen=True, slots=True)
class Printed:
    """One label as the template shows it. `size` says how big its name may be set."""

    checkpoint: Checkpoint
    label: CheckpointLabel
    picture: str
    size: str


def label_sheet(checkpoints: Iterable[Checkpoint], layout: str = "2x4", *, user: Person) -> bytes:
    """A PDF of the valid labels of `checkpoints` (of one site, with site and zone loaded), in the given order.

    Points without a printable label get a new one. Raises PermissionDenied, KeyError for an unknown layout,
    core.reports.pdf.PdfUnavailable.
    """
    chosen = LAYOUTS[layout]
    rows = list(checkpoints)
    printed = [_printed(row, printable_label(user=user, checkpoint=row)) for row in rows]
    per_page = chosen.across * chosen.down
    language = rows[0].site.language if rows else settings.LANGUAGE_CODE
    with translation.override(language):
        html = render_to_string(
            "patrols/labels_pdf.html",
            {
                "site": rows[0].site if rows else None,
                "language": language,
                "layout": chosen,
                "pages": [printed[start : start + per_page] for start in range(0, len(printed), per_page)],
            },
        )
    target = BytesIO()
    css = (Path(settings.BASE_DIR) / "templates" / "patrols" / "labels_pdf.css").read_text("utf-8")
    print_sheet(html, css, target, language=language)
    return target.getvalue()


def _printed(checkpoint: Checkpoint, label: CheckpointLabel) -> Printed:
    code = segno.make(label_url(label), error="m", micro=False)
    length = sum(2 if ord(character) > 0x2E80 else 1 for character in checkpoint.name)
    size = "short" if length <= 14 else "middle" if length <= 28 else "long"
    return Printed(checkpoint, label, code.svg_data_uri(border=2, omitsize=True), size)
