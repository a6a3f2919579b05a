"""Who connects chat groups and other programs: the managers of a site for it, company-wide roles for the company."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from core import policies
from core.models import Endpoint, Robot, RobotMessage, Webhook, WebhookDelivery
from core.policies import Policy, register
from organization.access import MANAGERS, grants_of
from organization.models import Company, Site
from organization.oversight import OversightPolicy

E = TypeVar("E", bound=Endpoint)
M = TypeVar("M", bound=Model)


class EndpointPolicy(OversightPolicy[E]):
    """Endpoints: adding asks about the site, or about the company for one of all its sites."""

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """As the roles at the place say."""
        roles = self.actions.get(action, frozenset())
        if isinstance(obj, Site):
            return grants_of(user).has(roles, site=obj)
        if isinstance(obj, Company):
            return grants_of(user).has(roles, company_id=obj.pk)
        return super().allows(user, action, obj)


class DeliveryPolicy(Policy[M]):
    """Deliveries are seen by who sees their endpoint; acts are asked of the endpoint itself."""

    def __init__(self, model: type[M], endpoint: type[Endpoint], field: str) -> None:
        super().__init__(model)
        self.endpoint, self.field = endpoint, field

    def visible(self, user: Any, queryset: "QuerySet[M]") -> "QuerySet[M]":
        """Those of visible endpoints."""
        endpoints = policies.visible(user, self.endpoint._default_manager.all())
        return queryset.filter(**{f"{self.field}__in": endpoints})

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """As for the endpoint."""
        return policies.allowed(user, action, self.endpoint if obj is None else getattr(obj, self.field))


register(EndpointPolicy(Robot, view=MANAGERS, by_site=True, add=MANAGERS, change=MANAGERS))
register(EndpointPolicy(Webhook, view=MANAGERS, by_site=True, add=MANAGERS, change=MANAGERS))
register(DeliveryPolicy(RobotMessage, Robot, "robot"))
register(DeliveryPolicy(WebhookDelivery, Webhook, "webhook"))
