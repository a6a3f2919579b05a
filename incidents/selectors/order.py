"""The order in which people look at what is open."""

from django.db.models import Case as Either
from django.db.models import IntegerField, Value, When

from incidents.models import Priority

#: To order by: an emergency stands before everything else, however much time its limit leaves.
EMERGENCIES_FIRST = Either(
    When(priority=Priority.P1, then=Value(0)), default=Value(1), output_field=IntegerField()
)
