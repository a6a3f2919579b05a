"""Numbers have no gaps; an occurrence is dealt with once."""

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from core import context
from core.models import Slot
from core.numbering import next_number
from core.slots import take
from organization.models import Company, Site
from tests.organization.factories import CompanyFactory


@pytest.mark.django_db
def test_numbers_count_per_series_company_and_site(
    company: Company, site: Site, foreign_company: Company
) -> None:
    assert [next_number("case", company_id=company.pk) for _try in range(3)] == [1, 2, 3]
    assert next_number("case", company_id=company.pk, site_id=site.pk) == 1
    assert next_number("case", company_id=foreign_company.pk) == 1
    assert next_number("case-2027", company_id=company.pk) == 1


@pytest.mark.django_db
def test_a_rolled_back_number_is_given_out_again(company: Company) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        assert next_number("case", company_id=company.pk) == 1
        raise RuntimeError
    assert next_number("case", company_id=company.pk) == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_and_slots_demand_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        next_number("case", company_id=1)
    with pytest.raises(transaction.TransactionManagementError):
        take("report", "2026-11")


@pytest.mark.django_db(transaction=True)
def test_concurrent_takers_get_different_numbers_without_a_gap() -> None:
    company = CompanyFactory.create()
    got: list[int] = []

    def draw() -> None:
        try:
            for _turn in range(10):
                with transaction.atomic():
                    got.append(next_number("case", company_id=company.pk))
        finally:
            connection.close()

    threads = [Thread(target=draw) for _taker in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 51))


@pytest.mark.django_db(transaction=True)
@pytest.mark.fault("F33")
def test_of_many_at_the_same_moment_one_takes_the_slot() -> None:
    start = Barrier(8)
    won: list[bool] = []

    def tick() -> None:
        try:
            start.wait()
            with transaction.atomic():
                won.append(take("report", "2026-11"))
        finally:
            connection.close()

    threads = [Thread(target=tick) for _beat in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1
    assert Slot.objects.count() == 1


@pytest.mark.django_db
def test_a_slot_whose_work_failed_is_free_again() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        assert take("report", "2026-11")
        raise RuntimeError
    assert take("report", "2026-11")
    assert not take("report", "2026-11")


@pytest.mark.django_db
def test_both_work_inside_the_context_that_history_writes_into_statements(company: Company) -> None:
    with context.acting(actor=None, act="test", request="r"):
        assert [next_number("case", company_id=company.pk) for _try in range(2)] == [1, 2]
        assert [take("report", "2026-11") for _try in range(2)] == [True, False]
