"""What the residents of a site are told about their data: the site's newest version, else the shipped text."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from core.translated import TranslatedText
from organization.models import PrivacyNotice, Site, SiteInformation

_SHIPPED = Path(__file__).resolve().parent / "defaults" / "privacy.yaml"


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as it is read. Version 0 is the shipped text, which has no day."""

    version: int
    text: str
    published_at: datetime | None


@cache
def shipped() -> TranslatedText:
    """The text every site begins with, in three languages, with names to fill in."""
    return TranslatedText(yaml.safe_load(_SHIPPED.read_text(encoding="utf-8")))


def path_of(site: Site) -> str:
    """The address of a site's notice; a link that says what it leads to and counts nobody's sites."""
    return reverse("portal:privacy", args=[site.company.code, site.code])


def versions_of(site: Site) -> list[Shown]:
    """Every version, the newest first; the shipped text is the oldest."""
    written = [Shown(row.version, str(row.text), row.published_at) for row in site.privacy_notices.all()]
    return [*written, Shown(0, str(filled_in(site)), None)]


def version_of(site: Site) -> int:
    """The number of the version that holds now."""
    newest = PrivacyNotice.objects.filter(site=site).order_by("-version").first()
    return newest.version if newest is not None else 0


def filled_in(site: Site) -> TranslatedText:
    """The shipped text with the names of a site and its company."""
    information = SiteInformation.objects.filter(site=site).first()
    phone = information.office_phone or information.control_room_phone if information is not None else ""
    texts = {}
    for code, text in shipped().items():
        with translation.override(code):
            contact = phone or gettext("the service office")
        texts[code] = text % {"company": site.company.name, "site": site.name, "contact": contact}
    return TranslatedText(texts)
