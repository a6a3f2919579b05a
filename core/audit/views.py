"""The record of acts, for those who may read it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import policies
from core.audit.filters import AuditFilter
from core.audit.tables import AuditTable
from core.listing import Empty, ListPage
from core.models import AuditEntry


class AuditList(ListPage):
    """Acts of the company's people, newest first. Others than auditors and administrators get 403."""

    model = AuditEntry
    table_class = AuditTable
    filterset_class = AuditFilter
    title = _("Audit record")
    icon = "journal-text"
    search_fields = ("actor__name", "actor__username", "target_id", "request_id")
    export_name = "audit"
    empty = Empty(
        title=_("Nothing recorded yet"),
        text=_(
            "Sign-ins, exports, viewed evidence and refused requests are kept here and cannot be changed."
        ),
    )

    def get_queryset(self) -> QuerySet[Any]:
        """With everything the table prints."""
        return AuditEntry.objects.select_related("actor", "site", "target_type").order_by("-id")

    def may_open(self) -> bool:
        """Readers of the record only."""
        return policies.allowed(self.request.user, "view", AuditEntry)
