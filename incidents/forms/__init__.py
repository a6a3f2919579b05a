"""Forms of cases."""

from .bulk import BULK_FORMS
from .cases import AssignForm, NoteForm, OtherCaseForm, VersionedForm
from .intake import IntakeForm
from .prepared import RuleForm, TemplateForm
from .site_times import site_instant, site_wall
from .steps import StepForm, name_of, path_of

__all__ = [
    "BULK_FORMS",
    "AssignForm",
    "IntakeForm",
    "NoteForm",
    "OtherCaseForm",
    "RuleForm",
    "StepForm",
    "TemplateForm",
    "VersionedForm",
    "name_of",
    "path_of",
    "site_instant",
    "site_wall",
]
