"""Checklists and the checks made with them, to read."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.pagination import CursorPagination

from checklists.models import Answer, Check, Checklist, ChecklistItem, ChecklistVersion
from core.api.viewsets import PolicyModelSerializer, PolicyReadOnlyViewSet


class ItemSerializer(serializers.ModelSerializer[ChecklistItem]):
    """A question; its texts by language."""

    class Meta:
        model = ChecklistItem
        fields = (
            "id",
            "position",
            "kind",
            "label",
            "help",
            "unit",
            "low",
            "high",
            "choices",
            "is_required",
            "needs_photo",
            "opens",
            "due_hours",
        )
        read_only_fields = fields


class VersionSerializer(serializers.ModelSerializer[ChecklistVersion]):
    """One wording of a checklist."""

    items = ItemSerializer(many=True, read_only=True)

    class Meta:
        model = ChecklistVersion
        fields = ("id", "number", "state", "published_at", "items")
        read_only_fields = fields


class ChecklistSerializer(PolicyModelSerializer[Checklist]):
    """A checklist with its versions; texts by language."""

    versions = VersionSerializer(many=True, read_only=True)

    class Meta:
        model = Checklist
        fields = ("id", "company", "code", "name", "description", "basis", "is_active", "versions")
        read_only_fields = fields


class ChecklistViewSet(PolicyReadOnlyViewSet[Checklist]):
    """Checklists."""

    queryset = Checklist.objects.prefetch_related("versions__items")
    serializer_class = ChecklistSerializer


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    """An answer; `case` is the one it opened."""

    case = serializers.SerializerMethodField()

    class Meta:
        model = Answer
        fields = ("item", "value", "number", "is_abnormal", "text", "case")
        read_only_fields = fields

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_case(self, answer: Answer) -> int | None:
        """The key of the case, if the answer opened one."""
        case = getattr(answer, "case", None)
        return None if case is None else case.pk


class CheckSerializer(PolicyModelSerializer[Check]):
    """A filled-in checklist."""

    answers = AnswerSerializer(many=True, read_only=True)

    class Meta:
        model = Check
        fields = (
            "id",
            "site",
            "version",
            "person",
            "device_at",
            "made_at",
            "received_at",
            "abnormal_count",
            "answers",
        )
        read_only_fields = fields


class CheckFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site, person and time. A foreign site is as unknown as a missing one."""

    site = django_filters.NumberFilter(field_name="site_id", min_value=0, max_value=2**63 - 1)
    person = django_filters.NumberFilter(field_name="person_id", min_value=0, max_value=2**63 - 1)
    made_from = django_filters.IsoDateTimeFilter(field_name="made_at", lookup_expr="gte")
    made_before = django_filters.IsoDateTimeFilter(field_name="made_at", lookup_expr="lt")

    class Meta:
        model = Check
        fields: tuple[Any, ...] = ()


class LatestMade(CursorPagination):
    """Latest first."""

    ordering = ("-made_at", "-pk")
    page_size_query_param = "page_size"
    max_page_size = 200


class CheckViewSet(PolicyReadOnlyViewSet[Check]):
    """Checks made."""

    queryset = Check.objects.prefetch_related("answers__case")
    serializer_class = CheckSerializer
    filterset_class = CheckFilter
    pagination_class = LatestMade
