"""Labels: a signed code per checkpoint, derived and never stored; a new one voids the old.

The token `<checkpoint in base 36>.<serial>.<16 bytes of HMAC in base 32>` can be printed again from the key, and is
recognised by its SHA-256 alone, which is all the database has: whoever reads the database cannot print a label, and a
changed key does not void what hangs on the walls.
"""

from base64 import b32encode

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.http import int_to_base36
from django.utils.translation import gettext_lazy as _

from core import audit
from core.clock import now
from core.events import emit
from core.policies import require
from organization.models import Person
from patrols import signals
from patrols.models import Checkpoint, CheckpointLabel
from patrols.services.scan_rows import token_digest

SALT = "patrols.label"
SIGNATURE_BYTES = 16
ISSUED = audit.register_action("patrols.label_issued", _("Issued label %(serial)s of point %(checkpoint)s"))
VOIDED = audit.register_action(
    "patrols.label_voided", _("Voided the label of point %(checkpoint)s: %(reason)s")
)


def _derive(checkpoint_id: int, serial: int) -> str:
    signature = salted_hmac(SALT, f"{checkpoint_id}.{serial}", secret=_key(), algorithm="sha256").digest()
    text = b32encode(signature[:SIGNATURE_BYTES]).decode().rstrip("=").lower()
    return f"{int_to_base36(checkpoint_id)}.{serial}.{text}"


def _key() -> str:
    return str(getattr(settings, "LABEL_SIGNING_KEY", "") or settings.SECRET_KEY)


def token_for(label: CheckpointLabel) -> str:
    """The token printed on `label`. Raises ValueError when it was derived from a key that is no longer set."""
    token = _derive(label.checkpoint_id, label.serial)
    if token_digest(token) != label.token_sha256:
        raise ValueError("the signing key has changed since this label was issued; issue a new one")
    return token


def label_url(label: CheckpointLabel) -> str:
    """The address in the QR code: the phone's own camera opens the point with it."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/c/{token_for(label)}"


def find_label(token: str) -> CheckpointLabel | None:
    """The label with this token (or address), valid or void; None for a forgery. Says nothing about access."""
    return (
        CheckpointLabel.objects.select_related("checkpoint__site")
        .filter(token_sha256=token_digest(token))
        .first()
    )


@transaction.atomic
def issue_label(*, user: Person, checkpoint: Checkpoint, reason: str = "") -> CheckpointLabel:
    """A new label for `checkpoint`; the one before is void from now on. Raises PermissionDenied."""
    require(user, "issue_label", checkpoint)
    Checkpoint.objects.select_for_update().get(pk=checkpoint.pk)
    moment = now()
    last = checkpoint.labels.order_by("-serial").first()
    checkpoint.labels.filter(voided_at=None).update(
        voided_at=moment, void_reason=reason or str(_("Replaced"))
    )
    serial = last.serial + 1 if last else 1
    label = CheckpointLabel.objects.create(
        checkpoint=checkpoint,
        serial=serial,
        token_sha256=token_digest(_derive(checkpoint.pk, serial)),
        issued_at=moment,
        issued_by=user,
    )
    audit.record(
        ISSUED,
        actor=user,
        site=checkpoint.site,
        target=checkpoint,
        details={"serial": serial, "checkpoint": checkpoint.code, "reason": reason},
    )
    emit(signals.label_issued, checkpoint_id=checkpoint.pk, site_id=checkpoint.site_id, serial=serial)
    return label


@transaction.atomic
def void_label(*, user: Person, checkpoint: Checkpoint, reason: str) -> None:
    """Void the valid label of `checkpoint` without a new one (stolen, point retired). Raises PermissionDenied."""
    require(user, "issue_label", checkpoint)
    if checkpoint.labels.filter(voided_at=None).update(voided_at=now(), void_reason=reason):
        audit.record(
            VOIDED,
            actor=user,
            site=checkpoint.site,
            target=checkpoint,
            details={"checkpoint": checkpoint.code, "reason": reason},
        )


def printable_label(*, user: Person, checkpoint: Checkpoint) -> CheckpointLabel:
    """The valid label of `checkpoint` that can be printed; a new one where there is none. Raises PermissionDenied."""
    label = checkpoint.labels.filter(voided_at=None).first()
    if label is not None:
        try:
            token_for(label)
        except ValueError:
            label = None
    return label or issue_label(user=user, checkpoint=checkpoint)
