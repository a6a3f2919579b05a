"""Pages and files of results say what the selectors say, and the API too; small numbers stay out of all of them."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from organization.models import Site
from surveys.models import Evidence, Wave
from tests.conftest import Cast
from tests.surveys.scored import answer, close, running_wave, say


@pytest.fixture
def wave(site: Site) -> Wave:
    """A closed anonymous wave with a small building and a few answers by the gate code."""
    made = running_wave(site, strata={"A": 40, "B": 30, "C": 10})
    parts = {stratum.label: stratum for stratum in made.strata.all()}
    answer(made, [5] * 20 + [1] * 5, stratum=parts["A"])
    answer(made, [4] * 12, stratum=parts["B"])
    answer(made, [2, 2], stratum=parts["C"])
    answer(made, [1] * 3, evidence=Evidence.OPEN, channel="gate")
    answer(made, [10] * 9, code="recommend", stratum=parts["A"])
    say(made, ["停车难"] * 5 + ["13812345678"], stratum=parts["A"])
    return close(made)


def test_the_page_tells_shares_and_withholds_small_parts(wave: Wave, cast: Cast, client: Client) -> None:
    client.force_login(cast.supervisor)
    page = client.get(reverse("surveys:results", args=[wave.pk])).content.decode()
    assert "84.4%" in page  # 38 of 45
    assert "Fewer than five: neither shown nor included." in page
    assert "B, C" in page
    weighted = client.get(reverse("surveys:results", args=[wave.pk]), {"weights": "on"}).content.decode()
    assert "Unweighted" in weighted
    assert "Indicators use the unweighted share." in weighted
    asked = {"question": "speed", "answers": "all"}
    assert client.get(reverse("surveys:results", args=[wave.pk]), asked).status_code == 200
    assert client.get(reverse("surveys:words", args=[wave.pk])).content.decode().count("13812345678") == 0


def test_files_hold_the_same_numbers(wave: Wave, cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor)
    workbook = load_workbook(
        io.BytesIO(client.get(reverse("surveys:results_file", args=[wave.pk, "xlsx"])).content)
    )
    cells = [row for sheet in workbook for row in sheet.iter_rows(values_only=True)]
    overall = next(row for row in cells if row[0] == "overall")
    assert overall[2:4] == (45, 38)
    assert overall[4] == pytest.approx(38 / 45)
    assert not [row for row in cells if row[0] == "C" and isinstance(row[4], float) and row[4] in (0, 0.0)]
    csv = client.get(reverse("surveys:results_file", args=[wave.pk, "csv"])).content.decode("utf-8-sig")
    assert "overall" in csv
    pdf = client.get(reverse("surveys:results_file", args=[wave.pk, "pdf"])).content
    assert pdf.startswith(b"%PDF")
    assert client.get(reverse("surveys:results_file", args=[wave.pk, "doc"])).status_code == 404


def test_the_api_answers_the_same(wave: Wave, cast: Cast, client: Client) -> None:
    client.force_login(cast.supervisor)
    found: Any = client.get(f"/api/v1/survey-results/{wave.pk}/").json()
    questions = {one["code"]: one["score"] for one in found["questions"]}
    assert (questions["overall"]["answers"], questions["overall"]["share"]) == (45, pytest.approx(38 / 45))
    assert questions["speed"] == {"answers": 0, "satisfied": None, "share": None, "low": None, "high": None, "mean": None, "legacy": None}  # fmt: skip
    assert sorted(len(part["labels"]) for part in found["parts"]) == [1, 2]
    assert (found["open_answers"], found["with_open"]) == (3, False)
    client.force_login(cast.guard)
    assert client.get(f"/api/v1/survey-results/{wave.pk}/").status_code == 404


def test_two_waves_side_by_side(wave: Wave, cast: Cast, client: Client, site: Site) -> None:
    other = running_wave(site, version=wave.version, strata={"D": 30})
    answer(other, [5] * 20)
    close(other)
    client.force_login(cast.supervisor)
    page = client.get(reverse("surveys:compare", args=[other.pk]), {"with": wave.pk})
    assert page.status_code == 200
    assert "Overall?" in page.content.decode()
    assert client.get(reverse("surveys:compare", args=[other.pk]), {"with": "x"}).status_code == 404


def test_the_file_speaks_the_language_of_its_site(wave: Wave, cast: Cast, client: Client) -> None:
    """Whatever the reader's browser prefers."""
    Site.objects.filter(pk=wave.site_id).update(language="zh-hans")
    client.force_login(cast.auditor)
    address = reverse("surveys:results_file", args=[wave.pk, "csv"])
    head = (
        client.get(address, headers={"accept-language": "en"}).getvalue().decode("utf-8-sig").splitlines()[0]
    )
    assert "满意人数（4–5分）,满意率,95%置信区间下限,95%置信区间上限" in head
    assert "很满意（5分）" in head


def test_the_list_counts_answers_by_the_open_code_apart(wave: Wave, cast: Cast, client: Client) -> None:
    """As the wave's own page does: 54 by their letters, three at the gate."""
    client.force_login(cast.supervisor)
    [row] = client.get(reverse("surveys:waves")).context["table"].paginated_rows
    assert (row.get_cell_value("answered"), row.get_cell_value("by_code")) == (54, 3)
