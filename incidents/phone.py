"""Operations about cases that phones hand in, by kind. What they do stands in `services.handing_in`."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.core.exceptions import ValidationError

from core import offline
from core.offline import Incoming, Outcome
from core.policies import get_visible_or_404
from incidents.forms import StepForm, name_of
from incidents.models import Case
from incidents.selectors.reading import whole_cases
from incidents.services import handing_in, kept_words
from incidents.services.asking import paths_of, raw_of
from incidents.services.paths import NOTE, PHOTOS, PSEUDO
from incidents.workflows import Act, Step, workflow_of


@offline.handler("incidents.dispatch")
def dispatch(operation: Incoming) -> Outcome:
    """Accepted, on the way, on site, done, declined."""
    return handing_in.take_dispatch(operation)


@offline.handler("incidents.note")
def note(operation: Incoming) -> Outcome:
    """Words, photos, a voice."""
    return handing_in.take_note(operation)


@offline.handler("incidents.help")
def ask_for_help(operation: Incoming) -> Outcome:
    """Another department is asked."""
    return handing_in.take_help(operation)


@offline.handler("incidents.step")
def step(operation: Incoming) -> Outcome:
    """A step of the workflow."""
    body = operation.parse(handing_in.StepBody)
    with kept_words.reached(operation, body.case_id):
        case = get_visible_or_404(operation.person, whole_cases(), pk=body.case_id)
        found = kept_words.step_named(case, body.step)
        if found is None or case.state not in found.sources:
            return handing_in.take_step_of(operation, body, {})
        try:
            values = cleaned(case, found, body.values, operation)
        except ValidationError as error:
            words = kept_words.lines_of(case, body.step, body.values)
            kept_words.keep_words(operation, case.pk, words, error.messages)
            return Outcome.flagged(handing_in.NOT_TAKEN)
        return handing_in.take_step_of(operation, body, values)


@offline.handler("incidents.act")
def act(operation: Incoming) -> Outcome:
    """Something done beside the steps."""
    body = operation.parse(handing_in.ActBody)
    with kept_words.reached(operation, body.case_id):
        case = get_visible_or_404(operation.person, whole_cases(), pk=body.case_id)
        try:
            values = cleaned(case, workflow_of(case.kind).act(body.act), body.values, operation)
        except (ValidationError, LookupError) as error:
            why = error.messages if isinstance(error, ValidationError) else []
            words = kept_words.lines_of(case, body.act, body.values)
            kept_words.keep_words(operation, case.pk, words, why)
            return Outcome.flagged(handing_in.NOT_TAKEN)
        return handing_in.take_act(operation, body, values)


def cleaned(case: Case, asked: Step | Act, sent: Mapping[str, Any], operation: Incoming) -> dict[str, Any]:
    """The values a phone sent, as the form of page and API cleans them; what it left out stays as it stands.

    Raises ValidationError.
    """
    paths = paths_of(asked)
    present = {path: raw_of(case, path) for path in paths if path not in PSEUDO}
    data = {name_of(path): _plain(value) for path, value in {**present, **sent}.items()}
    form = StepForm(data, {}, case=case, step=asked, user=operation.person)
    form.fields.pop(PHOTOS, None)
    form.fields.pop("version", None)
    if not form.is_valid():
        raise ValidationError(
            [
                f"{form[name].label}: {problem}" if name in form.fields else str(problem)
                for name, problems in form.errors.items()
                for problem in problems
            ]
        )
    return {path: value for path, value in form.values().items() if path in sent or path == NOTE}


def _plain(value: Any) -> Any:
    """A value as a form would post it."""
    return value if isinstance(value, str | bool) or value is None else msgspec.json.encode(value).decode()
