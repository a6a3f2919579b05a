"""Two fingers, two phones, a browser that sends again: one report, one step, one word."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from incidents.models import Case, CaseEntry, FollowUp
from incidents.services.intake_points import add_point
from incidents.services.residents import Sender, add_word, moment_of, report, take_step
from incidents.services.writing import StaleCase
from organization.models import Site
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AT_ONCE = 8


def all_at_once(work: Callable[[int], Any]) -> list[Any]:
    """`work` in as many threads as there are fingers, begun together; what each gave or raised."""
    barrier = Barrier(AT_ONCE)

    def one(number: int) -> Any:
        barrier.wait()
        try:
            return work(number)
        except Exception as error:  # noqa: BLE001 - told to the test
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_a_form_sent_by_many_fingers_is_one_case(cast: Cast, site: Site) -> None:
    point, key = add_point(user=cast.supervisor, site=site, place="Gate"), uuid4()
    made = all_at_once(
        lambda _n: report(
            point=point, report="repair", key=key, text="Light", sender=Sender(email="a@example.org")
        )
    )
    assert Case.objects.count() == FollowUp.objects.count() == 1
    assert {one.follow_up.pk for one in made} == {Case.objects.get().pk}
    assert sum(one.created for one in made) == 1


def test_a_word_and_a_step_sent_by_many_fingers_are_one(cast: Cast, site: Site) -> None:
    point = add_point(user=cast.supervisor, site=site, place="Gate")
    case = report(point=point, report="repair", key=uuid4(), text="Light", sender=Sender()).follow_up.case
    key = uuid4()
    all_at_once(lambda _n: add_word(case_id=case.pk, text="More", key=key))
    assert CaseEntry.objects.filter(case=case, kind="message").count() == 1
    seen = moment_of(Case.objects.get())
    answers = all_at_once(
        lambda _n: take_step(case_id=case.pk, step="withdraw", seen=seen, values={"note": "No"}, key=uuid4())
    )
    assert sum(isinstance(one, StaleCase) for one in answers) == AT_ONCE - 1
    assert CaseEntry.objects.filter(case=case, code="withdraw").count() == 1
