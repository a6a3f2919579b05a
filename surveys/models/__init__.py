"""Surveys: questionnaires, waves, answers, the calendar, and what was done about what residents said."""

from checklists.models import VersionState

from .calls import Call
from .designs import Audience, Selection, Stratify, WaveState
from .feedback import SaidDone
from .invitations import Invitation, InvitationState, Stratum
from .meetings import Forum, Observation, ObservationFinding
from .plans import Activity, Occasion, OccasionState, SurveyPlan
from .questionnaires import (
    BankQuestion,
    Dimension,
    Purpose,
    Question,
    QuestionKind,
    Questionnaire,
    QuestionnaireVersion,
    Section,
)
from .responses import Answer, Channel, Evidence, PaperSheet, Response, SheetState
from .waves import MOST_REMINDERS, Wave, after_a_week

__all__ = [
    "MOST_REMINDERS",
    "Activity",
    "Answer",
    "Audience",
    "BankQuestion",
    "Call",
    "Channel",
    "Dimension",
    "Evidence",
    "Forum",
    "Invitation",
    "InvitationState",
    "Observation",
    "ObservationFinding",
    "Occasion",
    "OccasionState",
    "PaperSheet",
    "Purpose",
    "Question",
    "QuestionKind",
    "Questionnaire",
    "QuestionnaireVersion",
    "Response",
    "SaidDone",
    "Section",
    "Selection",
    "SheetState",
    "Stratify",
    "Stratum",
    "SurveyPlan",
    "VersionState",
    "Wave",
    "WaveState",
    "after_a_week",
]
