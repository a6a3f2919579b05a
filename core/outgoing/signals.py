"""What deliveries to the outside announce."""

from django.dispatch import Signal

#: endpoint (a Robot or Webhook), reason (stored form): a delivery to it was given up.
gave_up = Signal()
