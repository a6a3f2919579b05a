"""Sending people, in the API: who could go, send, say how far, call back."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.viewsets import VisibleRelatedField
from incidents.models import Dispatch
from incidents.selectors.nearest import nearest
from incidents.services import dispatching
from organization.models import Person

LARGEST = 2**63 - 1


class LeadOther(exceptions.APIException):
    """412: somebody else leads there than the sender saw."""

    status_code = 412
    default_code = "lead_changed"
    default_detail = _("Somebody else has been sent meanwhile; read the case again.")


class DispatchSerializer(serializers.ModelSerializer[Dispatch]):
    """Somebody who was sent: how far they are, and since when."""

    class Meta:
        model = Dispatch
        fields = ("id", "person", "is_lead", "state", "assigned_by", "assigned_at", "answer_by", "accepted_at", "on_way_at", "on_site_at", "ended_at", "reason", "distance_m")  # fmt: skip
        read_only_fields = fields


class CandidateSerializer(serializers.Serializer[Any]):
    """Somebody who could go, best first, with the reason in words."""

    person = serializers.IntegerField(source="person.pk")
    name = serializers.CharField(source="person.name")
    post = serializers.CharField()
    distance_m = serializers.IntegerField(allow_null=True)
    is_free = serializers.BooleanField()
    is_suited = serializers.BooleanField()
    is_on_case = serializers.BooleanField()
    reason = serializers.CharField()


class SendSerializer(serializers.Serializer[Any]):
    """Whom to send. `instead_of` is the dispatch that led when the case was read; null when nobody did."""

    person = VisibleRelatedField(queryset=Person.objects.filter(is_active=True))
    is_lead = serializers.BooleanField(required=False, default=True)
    instead_of = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=LARGEST
    )
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class MoveSerializer(serializers.Serializer[Any]):
    """What somebody says about a dispatch; declining needs a note."""

    dispatch = serializers.IntegerField(min_value=1, max_value=LARGEST)
    event = serializers.ChoiceField(choices=[str(event) for event in dispatching.MOVES])
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")


class RecallSerializer(serializers.Serializer[Any]):
    """Whom to call back, and why."""

    dispatch = serializers.IntegerField(min_value=1, max_value=LARGEST)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class DispatchActions:
    """Acts of the case viewset about who goes."""

    get_object: Any
    _given: Any

    @extend_schema(responses=CandidateSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def nearest(self, request: Request, pk: str) -> Response:
        """Who is on shift now, best first."""
        return Response(CandidateSerializer(nearest(self.get_object()), many=True).data)

    @extend_schema(request=SendSerializer, responses=DispatchSerializer)
    @action(detail=True, methods=["post"], url_path="dispatch", url_name="dispatch")
    def send(self, request: Request, pk: str) -> Response:
        """Send somebody to lead there or to help. 412 when somebody else leads than was seen."""
        case = self.get_object()
        return self._sent(
            lambda: dispatching.send(user=request.user, case_id=case.pk, **self._given(SendSerializer))  # type: ignore[arg-type]
        )

    @extend_schema(request=MoveSerializer, responses=DispatchSerializer)
    @action(detail=True, methods=["post"], url_path="dispatch/move", url_name="dispatch-move")
    def move(self, request: Request, pk: str) -> Response:
        """Say how far the one who was sent is; what comes after the end changes no state and is kept."""
        case, given, user = self.get_object(), self._given(MoveSerializer), request.user
        dispatch_id = given.pop("dispatch")
        return self._sent(
            lambda: dispatching.move(user=user, case_id=case.pk, dispatch_id=dispatch_id, **given).dispatch  # type: ignore[arg-type]
        )

    @extend_schema(request=RecallSerializer, responses=DispatchSerializer)
    @action(detail=True, methods=["post"], url_path="dispatch/recall", url_name="dispatch-recall")
    def recall(self, request: Request, pk: str) -> Response:
        """Call somebody back."""
        case, given = self.get_object(), self._given(RecallSerializer)
        return self._sent(
            lambda: dispatching.withdraw(
                user=request.user,  # type: ignore[arg-type]
                case_id=case.pk,
                dispatch_id=given["dispatch"],
                reason=given["reason"],
            )
        )

    def _sent(self, service: Any) -> Response:
        try:
            return Response(DispatchSerializer(service()).data)
        except dispatching.LeadChanged as changed:
            raise LeadOther(" ".join(changed.messages)) from changed


DISPATCH_POLICIES = {"nearest": "dispatch", "send": "dispatch", "move": "note", "recall": "dispatch"}
