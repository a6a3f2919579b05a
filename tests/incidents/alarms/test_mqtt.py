"""What is published under whose topic is whose, and what comes again is known."""

import pytest

from incidents.models import AlarmMessage
from incidents.services.alarm_mqtt import Listener, sources_under, take_published
from organization.models import Site
from tests.incidents.factories import AlarmSourceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R067")]


def publish(topic: str, payload: bytes, *, packet: int = 1, is_duplicate: bool = False) -> int:
    """As the broker hands it on."""
    return take_published(topic=topic, payload=payload, packet=packet, is_duplicate=is_duplicate)


def test_a_topic_belongs_to_its_site_whatever_others_expect(
    site: Site, sibling_site: Site, foreign_site: Site
) -> None:
    ours = AlarmSourceFactory.create(site=site, topic="cameras/#")
    one_floor = AlarmSourceFactory.create(site=site, topic="cameras/+/motion")
    for other in (sibling_site, foreign_site):
        AlarmSourceFactory.create(site=other, topic="#" if other == foreign_site else "cameras/#")
    AlarmSourceFactory.create(site=site, topic="cameras/3f/#", is_active=False)
    AlarmSourceFactory.create(site=site)
    assert sources_under("alarms/ours/main/cameras/3f/motion") == [ours, one_floor]
    assert sources_under("alarms/ours/main/cameras") == [ours]
    for topic in ("alarms/ours/main/doors", "alarms/ours/main", "other/ours/main/cameras", "alarms/ours", ""):
        assert sources_under(topic) == []
    assert publish("alarms/ours/main/doors", b'{"code": "a"}') == 0
    assert publish("alarms/ours/main/cameras/3f/motion", b'{"code": "a", "id": "1"}') == 2


def test_what_is_delivered_again_is_the_same_message(site: Site) -> None:
    AlarmSourceFactory.create(site=site, topic="t")
    topic, named, nameless = "alarms/ours/main/t", b'{"code": "a", "id": "1"}', b'{"code": "b"}'
    assert publish(topic, named) == 1
    assert publish(topic, named, packet=2) == 0
    assert publish(topic, nameless, packet=3) == 1
    assert publish(topic, nameless, packet=3, is_duplicate=True) == 0
    assert publish(topic, nameless, packet=4) == 1
    assert publish(topic, nameless, packet=3) == 1  # numbers of packets come round


def test_what_cannot_be_read_is_kept_and_says_so(site: Site) -> None:
    AlarmSourceFactory.create(site=site, topic="t")
    for number, payload in enumerate((b"\xff\x00broken", b"", b'{"severity": 3}', b'{"code": "silence"}')):
        assert publish("alarms/ours/main/t", payload, packet=number) == 1
    assert set(AlarmMessage.objects.values_list("code", flat=True)) == {"unreadable"}
    assert AlarmMessage.objects.filter(raw__contains="broken").count() == 1


def test_the_address_of_a_broker_is_checked() -> None:
    listener = Listener("mqtts://name:p%40ss@broker.example.com")
    assert (listener.host, listener.port) == ("broker.example.com", 8883)
    for wrong in ("http://broker", "mqtt://", "broker:1883"):
        with pytest.raises(ValueError, match="MQTT_URL"):
            Listener(wrong)
