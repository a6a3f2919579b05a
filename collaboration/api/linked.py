"""What both nouns share in the API: the source as text, a write that names the version it has seen."""

from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response

from collaboration import sources
from collaboration.versions import Stale
from core.api.viewsets import PolicyViewMixin

LARGEST = 2**31 - 1
LONGEST_TEXT = 10_000


class SeenOther(exceptions.APIException):
    """412: the row is no longer as it was when it was read."""

    status_code = 412
    default_code = "stale"
    default_detail = _("Somebody changed this meanwhile; read it again.")


class SourceField(serializers.CharField):
    """A record an app above has registered, as "incidents.case:12"; one the person may not see is unknown (404)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=160, required=False, allow_blank=True, **kwargs)


def source_key(row: Any) -> str:
    """The source of a row as text, "" for none."""
    if row.source_type_id is None:
        return ""
    kind = ContentType.objects.get_for_id(row.source_type_id)
    return f"{kind.app_label}.{kind.model}:{row.source_id}"


def with_source(user: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What was sent, with the record its source names. Raises Http404."""
    key = given.pop("source", "")
    record: Model | None = sources.named(user, key) if key else None
    return {**given, "source": record}


class SeenSerializer(serializers.Serializer[Any]):
    """The version a write has seen."""

    version = serializers.IntegerField(min_value=1, max_value=LARGEST)


class NoteSerializer(SeenSerializer):
    """A note, if there is something to say."""

    note = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)


class ReasonSerializer(SeenSerializer):
    """Why."""

    reason = serializers.CharField(max_length=LONGEST_TEXT)


class EarliestDue(CursorPagination):
    """Earliest due first."""

    ordering = ("due_at", "pk")
    page_size_query_param = "page_size"
    max_page_size = 200


class ActingViewSet(PolicyViewMixin[Any]):
    """Acts on one row through a service. Subclasses say what the service calls the row's key (`key_name`)."""

    key_name = ""
    detail_serializer: Any = None

    def perform(self, service: Callable[..., Any], shape: type[serializers.Serializer[Any]]) -> Response:
        """Call the service with what was sent; the row as it stands now."""
        row = self.get_object()
        given = self.given(shape)
        try:
            service(user=self.request.user, **{self.key_name: row.pk}, **given)
        except Stale as stale:
            raise SeenOther from stale
        return self.answer(row.pk)

    def given(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """What was sent, checked."""
        serializer = shape(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def answer(self, pk: int, status: int = 200) -> Response:
        """The row with everything about it. Raises NotFound when the person may not see it."""
        row = self.get_queryset().filter(pk=pk).first()
        if row is None:
            raise exceptions.NotFound
        context = self.get_serializer_context()
        return Response(self.detail_serializer(row, context=context).data, status=status)
