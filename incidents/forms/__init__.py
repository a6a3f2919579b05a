"""Forms of cases."""

from .cases import AssignForm, CaseForm, NoteForm, OtherCaseForm, VersionedForm
from .site_times import site_instant, site_wall
from .steps import StepForm, name_of, path_of

__all__ = [
    "AssignForm",
    "CaseForm",
    "NoteForm",
    "OtherCaseForm",
    "StepForm",
    "VersionedForm",
    "name_of",
    "path_of",
    "site_instant",
    "site_wall",
]
