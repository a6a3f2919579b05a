"""What is told when deliveries to a robot or webhook are given up. Who hears it, organization says."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Endpoint, Robot
from core.notifications import notify, register_kind

KIND = "core.endpoint_gave_up"


def log_path(endpoint: Any) -> str:
    """The log that says more."""
    return reverse("robots:log" if isinstance(endpoint, Robot) else "webhooks:log")


register_kind(
    KIND,
    title=_("%(endpoint)s gets no deliveries"),
    body=_("The log says why. What was not delivered can be sent again from there."),
    label=_("A group robot or webhook gets no deliveries"),
    url=log_path,
)


def tell_given_up(endpoint: Endpoint, people: Iterable[Any]) -> None:
    """Tell `people`, once a day and endpoint."""
    notify(
        KIND,
        people,
        target=endpoint,
        site=endpoint.site,
        context={"endpoint": endpoint.name},
        key=f"{endpoint._meta.model_name}:{endpoint.pk}:{clock.now():%Y%m%d}",
    )
