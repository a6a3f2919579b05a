"""Photos are seen by whoever sees the record they belong to; their bytes by nobody else."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from core import policies
from core.models import Attachment, Blob, BlobClaim, BlobPart


class AttachmentPolicy(policies.Policy[Attachment]):
    """An attachment exists for a person for whom its record exists."""

    def visible(self, user: Any, queryset: QuerySet[Attachment]) -> QuerySet[Attachment]:
        """Those of visible records, over all kinds of records that have any."""
        used = Attachment.objects.filter(content_type=OuterRef("pk"))
        reachable = Q(pk__in=[])
        for kind in ContentType.objects.filter(Exists(used)):
            model = kind.model_class()
            if model is None or model not in policies.registered():
                continue
            records = policies.visible(user, model._default_manager.all())
            keys = records.order_by().annotate(as_text=Cast("pk", CharField())).values("as_text")
            reachable |= Q(content_type=kind, object_id__in=keys)
        return queryset.filter(reachable)

    def allows(self, user: Any, action: str, obj: Attachment | Model | None) -> bool:
        """Viewing is the record's policy's answer; adding and removing are its services' matter."""
        if action != "view" or not isinstance(obj, Attachment):
            return False
        target = obj.target
        if target is None:
            return False
        records = policies.visible(user, type(target)._default_manager.filter(pk=target.pk))
        return records.exists() and policies.allowed(user, "view", target)


policies.register(AttachmentPolicy(Attachment))
policies.register(policies.Internal(Blob))
policies.register(policies.Internal(BlobClaim))
policies.register(policies.Internal(BlobPart))
