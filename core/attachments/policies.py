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
        if user.company_id is not None:  # keys made on phones may be the same in two companies
            queryset = queryset.filter(company_id=user.company_id)
        return queryset.filter(reachable)

    def allows(self, user: Any, action: str, obj: Attachment | Model | None) -> bool:
        """Viewing is the record's policy's answer; adding and removing are its services' matter."""
        if action != "view" or not isinstance(obj, Attachment):
            return False
        if user.company_id not in {None, obj.company_id}:
            return False
        target = policies.visible(user, _records_of(obj)).first()
        return target is not None and policies.allowed(user, "view", target)


def _records_of(attachment: Attachment) -> QuerySet[Any]:
    """The record an attachment belongs to, as a queryset of one; of none when it is gone."""
    model = ContentType.objects.get_for_id(attachment.content_type_id).model_class()
    if model is None or model not in policies.registered():
        return Attachment.objects.none()
    records = model._default_manager.filter(pk=attachment.object_id)
    named = {field.name for field in model._meta.concrete_fields}
    return records.filter(company_id=attachment.company_id) if "company" in named else records


policies.register(AttachmentPolicy(Attachment))
policies.register(policies.Internal(Blob))
policies.register(policies.Internal(BlobClaim))
policies.register(policies.Internal(BlobPart))
