"""The clocks of a case in the API: priority, pause, resume, "I am on it", more time."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.models import Escalation, Pause, Priority
from incidents.services import escalating, extending, pausing, prioritising

LARGEST = 2**31 - 1


class SeenVersion(serializers.Serializer[Any]):
    """The version a write has seen."""

    version = serializers.IntegerField(min_value=1, max_value=LARGEST)


class PrioritySerializer(SeenVersion):
    """Another priority, and why."""

    priority = serializers.ChoiceField(choices=Priority.choices)
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class PauseGivenSerializer(serializers.Serializer[Any]):
    """Why the limits stand still, and until when at the longest."""

    reason = serializers.ChoiceField(choices=Pause.Reason.choices)
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    expected_until = serializers.DateTimeField(required=False, allow_null=True)
    version = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)


class ResumeGivenSerializer(serializers.Serializer[Any]):
    """The limits run again."""

    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    version = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False)


class AcknowledgeSerializer(serializers.Serializer[Any]):
    """ "I am on it"."""

    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class ExtensionGivenSerializer(serializers.Serializer[Any]):
    """A later due time, and why."""

    until = serializers.DateTimeField()
    reason = serializers.CharField(max_length=10_000)


class DecisionSerializer(SeenVersion):
    """Granted or not."""

    is_granted = serializers.BooleanField()
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class PauseSerializer(serializers.ModelSerializer[Pause]):
    """A stretch in which the limits stood still."""

    class Meta:
        model = Pause
        fields = (
            "id",
            "reason",
            "note",
            "started_at",
            "started_by",
            "expected_until",
            "ended_at",
            "ended_by",
        )
        read_only_fields = fields


class EscalationSerializer(serializers.ModelSerializer[Escalation]):
    """A reason to call people: the last level told (0 the warning), when the next is due, who is on it."""

    class Meta:
        model = Escalation
        fields = ("reason", "limit_at", "level", "told_at", "rounds", "next_at", "acknowledged_by", "acknowledged_at", "ended_at")  # fmt: skip
        read_only_fields = fields


class LimitSerializer(serializers.Serializer[Any]):
    """A limit as it stands: which rule set it, on what basis, what stretched it."""

    aspect = serializers.CharField()
    due_at = serializers.DateTimeField()
    baseline_at = serializers.DateTimeField(allow_null=True)
    met_at = serializers.DateTimeField(allow_null=True)
    state = serializers.CharField()
    set_by = serializers.CharField()
    basis = serializers.CharField()
    stretched = serializers.ListField(child=serializers.DictField())


class ClockActions:
    """Acts of the case viewset; `_act` calls the service and answers with the case."""

    _act: Any

    @extend_schema(request=PrioritySerializer, responses=None)
    @action(detail=True, methods=["post"])
    def priority(self, request: Request, pk: str) -> Response:
        """Give it another priority; the limits follow."""
        return self._done(prioritising.change_priority, PrioritySerializer)

    @extend_schema(request=PauseGivenSerializer, responses=None)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Let the limits stand still."""
        return self._done(pausing.pause, PauseGivenSerializer)

    @extend_schema(request=ResumeGivenSerializer, responses=None)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Let the limits run again."""
        return self._done(pausing.resume, ResumeGivenSerializer)

    @extend_schema(request=AcknowledgeSerializer, responses=None)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Say "I am on it": what has been calling stops."""
        return self._done(escalating.acknowledge, AcknowledgeSerializer)

    @extend_schema(request=ExtensionGivenSerializer, responses=None)
    @action(detail=True, methods=["post"])
    def extension(self, request: Request, pk: str) -> Response:
        """Ask for more time."""
        return self._done(extending.ask_extension, ExtensionGivenSerializer)

    @extend_schema(request=DecisionSerializer, responses=None)
    @action(detail=True, methods=["post"], url_path="extension/decide", url_name="extension-decide")
    def decide_extension(self, request: Request, pk: str) -> Response:
        """Grant or refuse more time."""
        return self._done(extending.decide_extension, DecisionSerializer)

    def _done(self, service: Any, shape: type[serializers.Serializer[Any]]) -> Response:
        answer: Response = self._act(service, shape)
        return answer


CLOCK_POLICIES = {
    "priority": "change",
    "pause": "change",
    "resume": "change",
    "acknowledge": "note",
    "extension": "note",
    "decide_extension": "decide",
}
