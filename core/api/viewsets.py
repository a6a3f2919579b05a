"""Viewsets that answer through the policies: rows of others do not exist, acts beyond one's role are refused."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from core import policies
from core.idempotency.api import IdempotentMixin

M = TypeVar("M", bound=Model)

ACTIONS = {"update": "change", "partial_update": "change", "destroy": "delete"}


class VisibleRelatedField(serializers.PrimaryKeyRelatedField[Any]):
    """A reference by key that accepts only rows the person may see: a foreign id is an unknown id."""

    def get_queryset(self) -> QuerySet[Any]:
        """The visible rows of the field's queryset."""
        queryset: QuerySet[Any] | None = super().get_queryset()
        assert queryset is not None, "a writable reference has a queryset"
        request = self.context.get("request")
        if request is None:
            return queryset.none()
        return policies.visible(request.user, queryset)

    def use_pk_only_optimization(self) -> bool:
        """Reading needs the key alone."""
        return True


class PolicyModelSerializer(serializers.ModelSerializer[M]):
    """A model serializer whose references go through VisibleRelatedField."""

    serializer_related_field = VisibleRelatedField


class PolicyViewMixin(viewsets.GenericViewSet[M]):
    """Rows by `visible`, objects by `allowed`.

    ``policy_actions`` maps further actions of the viewset to acts of the policy; an action that is not
    mapped asks for an act of its own name.
    """

    policy_actions: dict[str, str] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """As usual; a NUL in the address is a bad request."""
        if "%00" in request.get_full_path() or "\x00" in request.path:
            raise ParseError
        super().initial(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[M]:
        """The rows that exist for the person."""
        queryset = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return queryset.none()
        return policies.visible(self.request.user, queryset)

    def get_object(self) -> M:
        """The object, if it exists for the person; a reach for another's is remembered and answers the same 404."""
        try:
            found: M = super().get_object()
        except Http404:
            key = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
            policies.get_visible_or_404(self.request.user, self.model, **{self.lookup_field: key})
            raise
        return found

    def check_permissions(self, request: Request) -> None:
        """Adding asks before anything is read: may the person add one anywhere at all?"""
        super().check_permissions(request)
        if self.action == "create":
            policies.require(request.user, "add", self.model)

    def check_object_permissions(self, request: Request, obj: Any) -> None:
        """Seeing has been settled by the queryset; every other act asks the policy (403)."""
        super().check_object_permissions(request, obj)
        act = self.policy_act
        if act not in {"view", None}:
            policies.require(request.user, act, obj)

    @property
    def model(self) -> type[M]:
        """The model this viewset is about."""
        queryset: Any = getattr(self, "queryset", None)
        assert queryset is not None, "a policy viewset declares its queryset"
        model: type[M] = queryset.model
        return model

    @property
    def policy_act(self) -> str:
        """The policy's word for the current action."""
        if self.action in {"list", "retrieve", "metadata", None}:
            return "view"
        return self.policy_actions.get(self.action, ACTIONS.get(self.action, self.action))


class PolicyReadOnlyViewSet(
    PolicyViewMixin[M], mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[M]
):
    """List and detail of visible rows."""


class PolicyModelViewSet(
    IdempotentMixin,
    PolicyViewMixin[M],
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[M],
):
    """List, detail and writes. Override ``perform_create/update/destroy`` to call the app's services."""
