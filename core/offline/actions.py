"""Acts of this module as the record names them."""

from django.utils.translation import gettext_lazy as _

from core.audit import register_action

RELEASED = register_action("core.quarantine_released", _("Released a quarantined record (%(reason)s)"))
DISMISSED = register_action("core.quarantine_dismissed", _("Dismissed a quarantined record (%(reason)s)"))
LOST_STORAGE = register_action(
    "core.phone_lost_storage",
    _("A phone lost its storage; the last record received from it is no. %(received_seq)s"),
)
LOST = register_action("core.phone_lost_records", _("A phone reported %(count)s lost records"))
