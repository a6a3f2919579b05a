"""The desk's side of residents, in the API: the link to a case, intake points."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.viewsets import PolicyModelSerializer, PolicyViewMixin, VisibleRelatedField
from core.idempotency.api import IdempotentMixin
from core.policies import allowed
from incidents.links import point_url
from incidents.models import IntakePoint, Report
from incidents.services import follow_ups, intake_points
from organization.models import Site

#: Acts of the case's policy, by action of the viewset.
RESIDENT_POLICIES = {"resident_link": "message"}


class LinkSerializer(serializers.Serializer[Any]):
    """A link for the resident: sent to `email` if there is one, in `language`."""

    email = serializers.EmailField(required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)


class ResidentActions(viewsets.GenericViewSet[Any]):
    """What the desk does for the resident of a case."""

    @extend_schema(request=LinkSerializer)
    @action(detail=True, methods=["post"], url_path="resident-link")
    def resident_link(self, request: Request, pk: str) -> Response:
        """Give out a link to follow the case; the one before it is void. The answer has it under `resident`."""
        case = self.get_object()
        given: dict[str, Any] = self._given(LinkSerializer)  # type: ignore[attr-defined]
        follow_ups.issue_link(user=request.user, case_id=case.pk, **given)  # type: ignore[arg-type]
        answer: Response = self._answer(case)  # type: ignore[attr-defined]
        return answer


class IntakePointSerializer(PolicyModelSerializer[IntakePoint]):
    """An intake point. `url` is the address behind its code, for who may print it; else empty."""

    site = VisibleRelatedField(queryset=Site.objects.all())
    offers = serializers.MultipleChoiceField(choices=Report.choices, required=False)
    url = serializers.SerializerMethodField()

    class Meta:
        model = IntakePoint
        fields = ("id", "site", "building", "zone", "place", "offers", "is_active", "serial", "issued_at", "url")  # fmt: skip
        read_only_fields = ("serial", "issued_at")

    @extend_schema_field(str)
    def get_url(self, point: IntakePoint) -> str:
        """The address, to print."""
        return point_url(point) if allowed(self.context["request"].user, "change", point) else ""

    def to_representation(self, instance: IntakePoint) -> Any:
        """What is offered as a list, in the order residents see it."""
        return {**super().to_representation(instance), "offers": list(instance.offers)}


class IntakePointViewSet(
    IdempotentMixin,
    PolicyViewMixin[IntakePoint],
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[IntakePoint],
):
    """Intake points: read, make, change, issue a new label."""

    queryset = IntakePoint.objects.order_by("pk")
    serializer_class = IntakePointSerializer
    filterset_fields = ("site", "is_active")
    http_method_names = ["get", "post", "patch", "head", "options"]
    policy_actions = {"label": "change"}

    def get_queryset(self) -> QuerySet[IntakePoint]:
        """With the site the policy asks about."""
        return super().get_queryset().select_related("site")

    def perform_create(self, serializer: Any) -> None:
        """With its first label."""
        user: Any = self.request.user
        serializer.instance = intake_points.add_point(user=user, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> None:
        """A point stays at its site."""
        fields = {name: value for name, value in serializer.validated_data.items() if name != "site"}
        intake_points.change_point(user=self.request.user, point=serializer.instance, **fields)  # type: ignore[arg-type]

    @extend_schema(request=None, responses=IntakePointSerializer)
    @action(detail=True, methods=["post"])
    def label(self, request: Request, pk: str) -> Response:
        """A new label; the one that hangs there leads nowhere from now on."""
        point = intake_points.issue_label(user=request.user, point=self.get_object())  # type: ignore[arg-type]
        return Response(self.get_serializer(point).data)
