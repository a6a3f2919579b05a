"""Photos of a form that is shown again, and the download of those a resident may see."""

from typing import Any

from django.http import HttpRequest

from core.attachments import StoreUnavailable
from core.attachments.staging import previews, sealed, stage, usable
from portal.forms import MOST_PHOTOS, PhotoForm

#: Context of _photos.html for a form that is shown for the first time.
NONE_KEPT: dict[str, Any] = {"kept": "", "kept_photos": []}


def kept_photos(request: HttpRequest, form: PhotoForm, company_id: int) -> dict[str, Any]:
    """Keep what is good of the photos sent with a form that has to be shown again; context of _photos.html."""
    hashes = form.hashes()
    try:
        files = request.FILES.getlist("photos")[: MOST_PHOTOS - len(hashes)]
        hashes += stage(company_id, usable(files))
    except StoreUnavailable:
        pass  # the form says so when it is sent; what was typed matters more
    hashes = list(dict.fromkeys(hashes))
    return {
        "kept": sealed(hashes, scope=form.scope) if hashes else "",
        "kept_photos": previews(company_id, hashes),
    }
