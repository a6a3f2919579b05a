"""Acts on surveys that are kept in the record besides the versions of rows."""

from django.utils.translation import gettext_lazy as _

from core.audit import register_action

PUBLISHED = register_action("surveys.published", _("Published version %(number)s of questionnaire %(code)s"))
DISCARDED = register_action(
    "surveys.discarded", _("Discarded the draft of version %(number)s of questionnaire %(code)s")
)
RETIRED = register_action("surveys.retired", _("Retired questionnaire %(code)s"))
DRAWN = register_action("surveys.drawn", _("Drew %(invited)s of %(population)s with the seed %(seed)s"))
LETTERS = register_action("surveys.letters", _("Printed %(count)s letters of a survey"))
ADDRESS_SEEN = register_action(
    "surveys.address_seen", _("Looked at the address behind open code %(serial)s of a survey")
)
POSTER = register_action("surveys.poster", _("Printed the poster of open code %(serial)s of a survey"))
CODE_ISSUED = register_action("surveys.code_issued", _("Issued open code %(serial)s of a survey"))
