"""Navigation of cases."""

from django.utils.translation import gettext_lazy as _

from core import navigation
from core.navigation import Entry

navigation.register(
    Entry("cases", _("Cases"), "incidents:cases", order=30, icon="inbox", prefixes=("/cases/",))
)
