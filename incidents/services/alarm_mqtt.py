"""Messages of devices over MQTT: the broker is told that one has arrived only once it is kept here.

The session is persistent under a fixed name, so the broker keeps what comes while nobody listens; what was kept but
not yet confirmed comes again and is known by its id.
"""

from hashlib import sha256
from threading import Event
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, connections, transaction
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from core.faults import point
from incidents.models import AlarmSource, MessageChannel
from incidents.services.alarm_intake import read_leniently, take

log = structlog.get_logger()

#: The longest that MQTT knows: the session never expires.
FOREVER = 0xFFFFFFFF
KEEP_ALIVE = 30
#: Seconds until the next try, doubled from the first to the longest.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
PORTS = {"mqtt": 1883, "mqtts": 8883}


def sources_under(topic: str) -> list[AlarmSource]:
    """The active sources whose topic takes this one."""
    levels = topic.removeprefix(f"{settings.MQTT_ROOT}/").split("/", 2)
    if not topic.startswith(f"{settings.MQTT_ROOT}/") or len(levels) < 3:
        return []
    company, site, rest = levels
    rows = AlarmSource.objects.filter(company__code=company, site__code=site, is_active=True).exclude(
        topic=""
    )
    return [source for source in rows.order_by("pk") if mqtt.topic_matches_sub(source.topic, rest)]


@transaction.atomic
def take_published(*, topic: str, payload: bytes, packet: int, is_duplicate: bool) -> int:
    """Keep what was published; how many messages were new. What no source expects is noted in the log and dropped.

    A message without an id of its own is known by packet and content when the broker says that it delivers it again.
    """
    sources = sources_under(topic)
    if not sources:
        log.warning("nobody expects this topic", topic=topic, bytes=len(payload))
    messages = read_leniently(payload)
    identity = f"{packet}.{sha256(topic.encode() + payload).hexdigest()}"
    accepted = 0
    for source in sources:
        taken = take(source=source, messages=messages, channel=MessageChannel.MQTT, identity=identity)
        if (
            not taken.accepted and not is_duplicate
        ):  # the number of a packet comes round; this is another message
            taken = take(source=source, messages=messages, channel=MessageChannel.MQTT)
        accepted += taken.accepted
    return accepted


class Listener:
    """One session at the broker `url`; `run` until `stop`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("MQTT_URL begins with mqtt:// or mqtts:// and names a host.")
        self.host, self.port = parts.hostname, parts.port or PORTS[parts.scheme]
        self._stopped = Event()
        self._pause = FIRST_PAUSE
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=settings.MQTT_CLIENT_ID,
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        if parts.scheme == "mqtts":
            self.client.tls_set()
        if parts.username is not None:
            self.client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        self.client.on_connect = self._subscribe
        self.client.on_message = self._take

    def stop(self) -> None:
        """End `run` within a second."""
        self._stopped.set()

    def run(self) -> None:
        """Listen, and come back whenever the broker or the database was away."""
        while not self._stopped.is_set():
            try:
                self._listen()
            except (OSError, DatabaseError) as error:
                log.warning("alarm listener interrupted", error=str(error))
                connections.close_all()
            self._stopped.wait(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        self.client.disconnect()

    def _listen(self) -> None:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # the library types most, not this
        properties.SessionExpiryInterval = FOREVER
        self.client.connect(self.host, self.port, KEEP_ALIVE, clean_start=False, properties=properties)
        while not self._stopped.is_set():
            if (state := self.client.loop(timeout=1.0)) != MQTTErrorCode.MQTT_ERR_SUCCESS:
                log.warning("alarm listener cut off", reason=mqtt.error_string(state))
                return

    def _subscribe(
        self,
        client: mqtt.Client,
        userdata: Any,
        flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        properties: Any,
    ) -> None:
        if reason.is_failure:
            log.error("broker refuses the alarm listener", reason=str(reason))
            return
        self._pause = FIRST_PAUSE
        client.subscribe(f"{settings.MQTT_ROOT}/#", qos=1)
        log.info("listening to alarms", root=settings.MQTT_ROOT, session_kept=flags.session_present)

    def _take(self, client: mqtt.Client, userdata: Any, message: mqtt.MQTTMessage) -> None:
        """Keep it, then confirm it. A database that fails leaves it unconfirmed; the broker gives it again."""
        close_old_connections()
        take_published(
            topic=message.topic, payload=bytes(message.payload), packet=message.mid, is_duplicate=message.dup
        )
        point("alarms.kept")
        client.ack(message.mid, message.qos)
