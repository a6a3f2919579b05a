""" "You said, we did": written in up to three languages, published to residents, withdrawn."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.clock import now
from core.policies import get_visible_or_404, require
from organization.models import Person
from surveys.models import SaidDone

PUBLISHED = audit.register_action("surveys.feedback_published", _("Published what was done about an opinion"))
WITHDRAWN = audit.register_action("surveys.feedback_withdrawn", _("Withdrew what was done about an opinion"))


@transaction.atomic
def save_feedback(*, user: Person, feedback: SaidDone) -> SaidDone:
    """Write it, new or changed; what is published changes for residents at once. Raises ValidationError."""
    if feedback._state.adding:
        require(user, "add", SaidDone, parent=feedback.site)
    else:
        require(user, "change", feedback)
    wrong = {}
    if feedback.wave is not None and feedback.wave.site_id != feedback.site_id:
        wrong["wave"] = _("This belongs to another site.")
    if feedback.action is not None and feedback.action.site_id != feedback.site_id:
        wrong["action"] = _("This belongs to another site.")
    if wrong:
        raise ValidationError(wrong)
    # Only what is edited: whether it is shown may have been decided meanwhile.
    feedback.save(update_fields=None if feedback._state.adding else ["wave", "action", "said", "did"])
    return feedback


@transaction.atomic
def publish_feedback(*, user: Person, feedback_id: int) -> SaidDone:
    """Show it to residents; once more after it was withdrawn. Raises Http404, PermissionDenied, ValidationError."""
    feedback = _locked(user, feedback_id)
    if feedback.published_at is not None and feedback.withdrawn_at is None:
        return feedback
    if not feedback.said or not feedback.did:
        raise ValidationError(_("Write both what was said and what was done."))
    feedback.published_at, feedback.published_by, feedback.withdrawn_at = now(), user, None
    feedback.save()
    audit.record(PUBLISHED, actor=user, site=feedback.site, target=feedback)
    return feedback


@transaction.atomic
def withdraw_feedback(*, user: Person, feedback_id: int) -> SaidDone:
    """Take it away from residents; it stays on record. Raises Http404, PermissionDenied."""
    feedback = _locked(user, feedback_id)
    if feedback.published_at is None or feedback.withdrawn_at is not None:
        return feedback
    feedback.withdrawn_at = now()
    feedback.save()
    audit.record(WITHDRAWN, actor=user, site=feedback.site, target=feedback)
    return feedback


def _locked(user: Person, feedback_id: int) -> SaidDone:
    found = get_visible_or_404(user, SaidDone, pk=feedback_id)
    require(user, "publish", found)
    return SaidDone.objects.select_for_update(of=("self",)).select_related("site").get(pk=found.pk)
