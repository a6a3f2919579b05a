"""What figures announce, after the commit."""

from django.dispatch import Signal

#: A month was closed: `closed_id`.
month_closed = Signal()
