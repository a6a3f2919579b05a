"""Reading sources: their topic, their devices by zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from core.clock import now
from incidents.models import AlarmSource


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device as the page of its source shows it."""

    name: str
    zone: str
    heard_at: datetime
    has_heartbeat: bool
    is_silent: bool


def topic_of(source: AlarmSource) -> str:
    """The whole topic filter of a source; "" when it has none. Company and site keep tenants apart."""
    if not source.topic:
        return ""
    return f"{settings.MQTT_ROOT}/{source.company.code}/{source.site.code}/{source.topic}"


def devices_of(source: AlarmSource) -> list[DeviceLine]:
    """Its devices by zone and name, the source as a whole first; two queries."""
    zones = dict(source.site.zones.values_list("code", "name"))
    moment, limit = now(), timedelta(seconds=source.silence_seconds)
    lines = [
        DeviceLine(
            name=device.name,
            zone=zones.get(device.zone_code, device.zone_code) or (source.zone.name if source.zone else ""),
            heard_at=device.heard_at,
            has_heartbeat=device.has_heartbeat,
            is_silent=bool(limit)
            and (device.has_heartbeat or not device.name)
            and moment - max(device.heard_at, source.watched_since) > limit,
        )
        for device in source.devices.all()
    ]
    return sorted(lines, key=lambda line: (bool(line.name), line.zone, line.name))
