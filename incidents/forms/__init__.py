"""Forms of cases."""

from .bulk import BULK_FORMS
from .cases import AssignForm, NoteForm, OtherCaseForm, VersionedForm
from .intake import IntakeForm
from .prepared import RuleForm, TemplateForm
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
]
