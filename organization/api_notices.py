"""Notices to residents, in the API."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.viewsets import PolicyModelSerializer, PolicyViewMixin, VisibleRelatedField
from core.clock import now
from core.idempotency.api import IdempotentMixin
from core.translated import TranslatedText
from core.translated_forms import LANGUAGES
from organization.models import Site, SiteNotice
from organization.services import publishing

CODES = {code for code, _name in LANGUAGES}


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class TextsField(serializers.Field[Any, Any, Any, Any]):
    """A text by language: {"zh-hans": …, "zh-hant": …, "en": …}; one of them is enough."""

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest

    def to_internal_value(self, data: Any) -> TranslatedText:
        """Known languages, texts of a decent length, no NUL."""
        if not isinstance(data, dict) or not set(data) <= CODES:
            raise serializers.ValidationError(f"Give an object with some of {', '.join(sorted(CODES))}.")
        text = serializers.CharField(max_length=self.longest, allow_blank=True)
        cleaned = {code: text.run_validation(value).strip() for code, value in data.items()}
        return TranslatedText({code: value for code, value in cleaned.items() if value})

    def to_representation(self, value: Any) -> dict[str, str]:
        """As stored."""
        return dict(value or {})


class NoticeSerializer(PolicyModelSerializer[SiteNotice]):
    """A notice; residents read it between `starts_at` and `ends_at` once it is published and until it is withdrawn."""

    site = VisibleRelatedField(queryset=Site.objects.all())
    title = TextsField(longest=200)
    text = TextsField(longest=2_000, required=False)
    starts_at = serializers.DateTimeField(required=False)

    class Meta:
        model = SiteNotice
        fields = ("id", "site", "kind", "title", "text", "starts_at", "ends_at", "published_at", "published_by", "withdrawn_at")  # fmt: skip
        read_only_fields = ("published_at", "published_by", "withdrawn_at")


class NoticeViewSet(
    IdempotentMixin,
    PolicyViewMixin[SiteNotice],
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[SiteNotice],
):
    """Notices to residents: read, write, publish, withdraw."""

    queryset = SiteNotice.objects.order_by("pk")
    serializer_class = NoticeSerializer
    filterset_fields = ("site", "kind")
    http_method_names = ["get", "post", "patch", "head", "options"]
    policy_actions = {"publish": "change", "withdraw": "change"}

    def get_queryset(self) -> QuerySet[SiteNotice]:
        """With the site the policy asks about."""
        return super().get_queryset().select_related("site")

    def perform_create(self, serializer: Any) -> None:
        """A draft."""
        notice = SiteNotice(**{"starts_at": now(), **serializer.validated_data})
        serializer.instance = publishing.save_notice(actor=self.request.user, notice=notice)

    def perform_update(self, serializer: Any) -> None:
        """A notice stays at its site."""
        notice = serializer.instance
        for name, value in serializer.validated_data.items():
            if name != "site":
                setattr(notice, name, value)
        publishing.save_notice(actor=self.request.user, notice=notice)

    @extend_schema(request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Show it to residents."""
        notice = publishing.publish_notice(actor=request.user, notice=self.get_object())
        return Response(self.get_serializer(notice).data)

    @extend_schema(request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it away from them."""
        notice = publishing.withdraw_notice(actor=request.user, notice=self.get_object())
        return Response(self.get_serializer(notice).data)
