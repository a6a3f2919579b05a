"""Publishing to residents: notices written, published and withdrawn; information; versions of the privacy notice."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, policies
from core.clock import now
from core.translated import TranslatedText
from organization.models import PrivacyNotice, Site, SiteInformation, SiteNotice

PUBLISHED = audit.register_action("organization.notice_published", _("Published a notice to residents"))
WITHDRAWN = audit.register_action("organization.notice_withdrawn", _("Withdrew a notice to residents"))
PRIVACY_CHANGED = audit.register_action(
    "organization.privacy_notice_published", _("Published version %(version)s of the privacy notice")
)


@transaction.atomic
def save_notice(*, actor: Any, notice: SiteNotice) -> SiteNotice:
    """Write a notice, new or changed; what is published changes for residents at once. Raises ValidationError."""
    if notice._state.adding:
        policies.require(actor, "add", SiteNotice, parent=notice.site)
    else:
        policies.require(actor, "change", notice)
    if not notice.title:
        raise ValidationError(_("Write a title in one language at least."))
    if notice.ends_at is not None and notice.ends_at <= notice.starts_at:
        raise ValidationError({"ends_at": _("It ends before it begins.")})
    # Only what is edited: whether it is shown may have been decided meanwhile.
    notice.save(
        update_fields=None if notice._state.adding else ["kind", "title", "text", "starts_at", "ends_at"]
    )
    return notice


@transaction.atomic
def publish_notice(*, actor: Any, notice: SiteNotice) -> SiteNotice:
    """Show a notice to residents from its day on; once more after it was withdrawn."""
    policies.require(actor, "change", notice)
    notice = SiteNotice.objects.select_for_update(of=("self",)).select_related("site").get(pk=notice.pk)
    if notice.published_at is not None and notice.withdrawn_at is None:
        return notice
    notice.published_at, notice.published_by, notice.withdrawn_at = now(), actor, None
    notice.save()
    audit.record(PUBLISHED, actor=actor, site=notice.site, target=notice)
    return notice


@transaction.atomic
def withdraw_notice(*, actor: Any, notice: SiteNotice) -> SiteNotice:
    """Take a notice away from residents; it stays on record."""
    policies.require(actor, "change", notice)
    notice = SiteNotice.objects.select_for_update(of=("self",)).select_related("site").get(pk=notice.pk)
    if notice.published_at is None or notice.withdrawn_at is not None:
        return notice
    notice.withdrawn_at = now()
    notice.save()
    audit.record(WITHDRAWN, actor=actor, site=notice.site, target=notice)
    return notice


@transaction.atomic
def save_information(*, actor: Any, information: SiteInformation) -> SiteInformation:
    """What is published of a site."""
    policies.require(actor, "change", information)
    information.save()
    return information


@transaction.atomic
def publish_privacy_notice(*, actor: Any, site: Site, text: TranslatedText) -> PrivacyNotice:
    """A new version of the privacy notice; the versions before it stay readable. Raises ValidationError."""
    policies.require(actor, "add", PrivacyNotice, parent=site)
    Site.objects.select_for_update().get(pk=site.pk)
    if not text:
        raise ValidationError(_("Write it in one language at least."))
    newest = PrivacyNotice.objects.filter(site=site).order_by("-version").first()
    notice = PrivacyNotice.objects.create(
        site=site,
        version=newest.version + 1 if newest is not None else 1,
        text=text,
        published_at=now(),
        published_by=actor,
    )
    audit.record(PRIVACY_CHANGED, actor=actor, site=site, target=notice, details={"version": notice.version})
    return notice
