"""`manage.py alarms_listen`: take the messages of devices from the MQTT broker, until it is asked to stop."""

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from incidents.services.alarm_mqtt import Listener


class Command(BaseCommand):
    """One process of an installation runs it: the session at the broker has one name."""

    help = "Take alarms of devices from the MQTT broker of MQTT_URL."

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen until SIGTERM or SIGINT."""
        if not settings.MQTT_URL:
            raise CommandError("MQTT_URL is not set, so there is no broker to listen to.")
        try:
            listener = Listener(settings.MQTT_URL)
        except ValueError as error:
            raise CommandError(str(error)) from None
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_given: listener.stop())
        listener.run()
