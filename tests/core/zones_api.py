"""A viewset over zones, to try the base classes of core.api."""

from core.api.viewsets import PolicyModelSerializer, PolicyModelViewSet
from organization.models import Zone


class ZoneSerializer(PolicyModelSerializer[Zone]):
    class Meta:
        model = Zone
        fields = ("id", "site", "code", "name", "kind", "phone")


class ZoneViewSet(PolicyModelViewSet[Zone]):
    queryset = Zone.objects.all()
    serializer_class = ZoneSerializer
    filterset_fields = ("site", "kind")
