"""Any walk through the two workflows: no path skips a demanded text, a permission, a version or another person's eyes."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from collaboration.models import ActionItem, CollaborationRequest, Extension
from collaboration.services import extending, handling, requesting
from collaboration.versions import Stale
from organization.models import Person
from tests.collaboration.conftest import MORNING, WEEK, Make
from tests.conftest import Cast

TEXT = st.sampled_from(["", "  ", "said"])
#: Which version a person saw: mostly the present one.
AGE = st.sampled_from([0, 0, 0, 1])
WALKS = settings(
    max_examples=12,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Walk(RuleBasedStateMachine):
    """Calls services and compares what happens with what the oracle says must happen."""

    people: dict[str, Person]
    row: Any

    def attempt(
        self, service: Any, name: str, age: int, *, right: bool, state: bool, text: bool, **given: Any
    ) -> bool:
        """Call; it must succeed exactly if the right, the version, the state and the text are there."""
        version = self.row.version - age
        before = (self.row.status, self.row.version)
        key = "action_id" if isinstance(self.row, ActionItem) else "request_id"
        try:
            service(user=self.people[name], version=version, **{key: self.row.pk}, **given)
        except (PermissionDenied, Stale, ValidationError) as refusal:
            refused: Exception | None = refusal
        else:
            refused = None
        if refused is not None:
            self.row.refresh_from_db()
            assert (self.row.status, self.row.version) == before, "a refused act changed something"
            assert not (right and age == 0 and state and text), f"refused without a reason: {refused!r}"
            assert right or isinstance(refused, PermissionDenied), "no right, yet another answer"
            return False
        assert right, f"{name} had no right to {service.__name__}"
        assert age == 0, "a stale version was taken"
        assert state, f"{service.__name__} from {before[0]}"
        assert text, "an empty text was taken"
        self.row = type(self.row).objects.get(pk=self.row.pk)
        assert self.row.version == before[1] + 1
        assert self.row.entries.count() == self.row.version
        return True


def action_walk(cast: Cast, add: Make) -> type[RuleBasedStateMachine]:
    """Walks of an action item owned by the engineer."""
    named = {
        name: getattr(cast, name)
        for name in ("guard", "facility_engineer", "shift_leader", "supervisor", "project_manager", "auditor")
    }
    who = st.sampled_from(sorted(named))
    leaders = set(named) - {"guard", "auditor"}
    deciders = {"supervisor", "project_manager"}

    class ActionWalk(Walk):
        people = named

        def __init__(self) -> None:
            super().__init__()
            self.row = add()
            self.done_by = self.asked_by = ""

        @rule(name=who, age=AGE, text=TEXT)
        def done(self, name: str, age: int, text: str) -> None:
            state = self.row.status == "open"
            if self.attempt(
                handling.report_done, name, age, right=name in leaders, state=state, text=bool(text.strip()),
                what_was_done=text,
            ):  # fmt: skip
                self.done_by, self.asked_by = name, ""

        def _may_verify(self, name: str) -> bool:
            own = {self.done_by if self.row.done_by_id else "", "facility_engineer"}
            return name in deciders | {"shift_leader"} and name not in own

        @rule(name=who, age=AGE)
        def verify(self, name: str, age: int) -> None:
            state = self.row.status == "done"
            self.attempt(
                handling.verify_action, name, age, right=self._may_verify(name), state=state, text=True
            )

        @rule(name=who, age=AGE, text=TEXT)
        def send_back(self, name: str, age: int, text: str) -> None:
            self.attempt(
                handling.return_action, name, age, right=self._may_verify(name),
                state=self.row.status == "done", text=bool(text.strip()), reason=text,
            )  # fmt: skip

        @rule(name=who, age=AGE, text=st.sampled_from(["", "said", "said", ""]))
        def cancel(self, name: str, age: int, text: str) -> None:
            if self.attempt(
                handling.cancel_action, name, age, right=name in deciders,
                state=self.row.status in ("open", "done"), text=bool(text), reason=text,
            ):  # fmt: skip
                self.asked_by = ""

        @rule(name=who, age=AGE, text=TEXT)
        def ask(self, name: str, age: int, text: str) -> None:
            state = self.row.status == "open" and not self.asked_by
            until = self.row.due_at + timedelta(days=1)
            if self.attempt(
                extending.ask_extension, name, age, right=name in leaders, state=state,
                text=bool(text.strip()), reason=text, until=until,
            ):  # fmt: skip
                self.asked_by = name

        @rule(name=who, age=AGE, approve=st.booleans(), text=TEXT)
        def decide(self, name: str, age: int, approve: bool, text: str) -> None:
            waiting = bool(self.asked_by)
            right = name in deciders and not (waiting and age == 0 and name == self.asked_by)
            due = self.row.due_at
            if self.attempt(
                extending.decide_extension, name, age, right=right, state=waiting,
                text=approve or bool(text.strip()), approve=approve, note=text,
            ):  # fmt: skip
                self.asked_by = ""
                assert (self.row.due_at > due) == approve

        @rule(name=who, age=AGE, text=TEXT)
        def judge(self, name: str, age: int, text: str) -> None:
            self.attempt(
                handling.judge_effectiveness, name, age, right=name in deciders,
                state=self.row.status == "verified", text=bool(text.strip()), effectiveness="effective", note=text,
            )  # fmt: skip

        @invariant()
        def the_record_is_whole(self) -> None:
            row = ActionItem.objects.get(pk=self.row.pk)
            assert row.original_due_at == MORNING + WEEK
            assert (row.status == "verified") == (row.verified_at is not None)
            if row.verified_by_id:
                assert row.verified_by_id not in (row.done_by_id, row.owner_id)
            assert Extension.objects.filter(action=row, decision="pending").count() == bool(self.asked_by)

    return ActionWalk


def request_walk(cast: Cast, ask: Make, fitter: Person) -> type[RuleBasedStateMachine]:
    """Walks of a request of the shift leader to engineering."""
    named = {name: getattr(cast, name) for name in ("guard", "shift_leader", "supervisor", "auditor")}
    named["fitter"] = fitter
    who = st.sampled_from(sorted(named))
    asked, asking = {"fitter", "supervisor"}, {"shift_leader", "supervisor"}

    class RequestWalk(Walk):
        people = named

        def __init__(self) -> None:
            super().__init__()
            self.row = ask()

        def step(
            self, service: Any, name: str, age: int, side: set[str], states: set[str], **words: str
        ) -> None:
            said = all(text.strip() for text in words.values())
            right, state = name in side, self.row.status in states
            self.attempt(service, name, age, right=right, state=state, text=said, **words)

        @rule(name=who, age=AGE)
        def accept(self, name: str, age: int) -> None:
            self.step(requesting.accept_request, name, age, asked, {"submitted"})

        @rule(name=who, age=AGE, text=st.sampled_from(["", "", "", "said"]))
        def decline(self, name: str, age: int, text: str) -> None:
            self.step(requesting.decline_request, name, age, asked, {"submitted"}, reason=text)

        @rule(name=who, age=AGE)
        def start(self, name: str, age: int) -> None:
            self.step(requesting.start_request, name, age, asked, {"accepted"})

        @rule(name=who, age=AGE, text=TEXT)
        def deliver(self, name: str, age: int, text: str) -> None:
            states = {"in_progress", "returned"}
            self.step(requesting.deliver_request, name, age, asked, states, delivery=text)

        @rule(name=who, age=AGE, text=TEXT)
        def send_back(self, name: str, age: int, text: str) -> None:
            self.step(requesting.return_request, name, age, asking, {"delivered"}, reason=text)

        @rule(name=who, age=AGE)
        def confirm(self, name: str, age: int) -> None:
            self.step(requesting.confirm_request, name, age, asking, {"delivered"})

        @invariant()
        def the_record_is_whole(self) -> None:
            row = CollaborationRequest.objects.get(pk=self.row.pk)
            kinds = list(row.entries.values_list("kind", flat=True))
            if row.status == "confirmed":
                assert kinds[:3] == ["submitted", "accepted", "started"]
                assert kinds[-2:] == ["delivered", "confirmed"]
            assert (row.status == "declined") == bool(row.decline_reason)

    return RequestWalk


@pytest.mark.requirement("R092")
def test_no_walk_of_an_action_item_skips_anything(cast: Cast, add: Make) -> None:
    run_state_machine_as_test(action_walk(cast, add), settings=WALKS)


@pytest.mark.requirement("R096")
def test_no_walk_of_a_request_skips_anything(cast: Cast, ask: Make, fitter: Person) -> None:
    run_state_machine_as_test(request_walk(cast, ask, fitter), settings=WALKS)
