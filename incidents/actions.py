"""Acts of this app as the record names them."""

from django.utils.translation import gettext_lazy as _

from core.audit import register_action

PRINTED = register_action("incidents.printed", _("Printed a form of a case (%(form)s)"))
