"""Labels prove a visit: they cannot be guessed, and a new one voids the old."""

from io import BytesIO
from typing import Any

import pypdf
import pytest
from django.core.exceptions import PermissionDenied

from organization.models import Site
from patrols.models import Checkpoint, CheckpointLabel
from patrols.reports import label_sheet
from patrols.services.labels import find_label, issue_label, label_url, printable_label, token_for
from tests.conftest import Cast
from tests.patrols.factories import CheckpointFactory


@pytest.fixture
def label(site: Site, cast: Cast) -> CheckpointLabel:
    """The first label of a point."""
    return issue_label(user=cast.supervisor, checkpoint=CheckpointFactory.create(site=site, label=False))


def test_the_token_is_not_in_the_database(label: CheckpointLabel) -> None:
    token = token_for(label)
    stored = [str(value) for value in CheckpointLabel.objects.values_list().get(pk=label.pk)]
    assert token not in stored
    assert token.rsplit(".", 1)[1] not in " ".join(stored)
    assert len(token.rsplit(".", 1)[1]) == 26  # 16 bytes


def test_the_printed_address_leads_to_the_label(label: CheckpointLabel, settings: Any) -> None:
    settings.PUBLIC_URL = "https://orderly.example/"
    assert label_url(label) == f"https://orderly.example/c/{token_for(label)}"
    assert find_label(label_url(label)) == label
    assert find_label(token_for(label)) == label


@pytest.mark.parametrize("place", [0, -1, -10])
def test_a_forged_label_is_no_label(label: CheckpointLabel, place: int) -> None:
    token = list(token_for(label))
    token[place] = "z" if token[place] != "z" else "y"
    assert find_label("".join(token)) is None


def test_a_guessed_serial_is_no_label(label: CheckpointLabel) -> None:
    point, _serial, signature = token_for(label).split(".")
    assert find_label(f"{point}.2.{signature}") is None


def test_a_new_label_voids_the_old(label: CheckpointLabel, cast: Cast) -> None:
    second = issue_label(user=cast.supervisor, checkpoint=label.checkpoint, reason="torn off")
    label.refresh_from_db()
    assert second.serial == 2
    assert label.voided_at is not None
    assert label.void_reason == "torn off"
    assert token_for(second) != token_for(label)


def test_a_changed_key_leaves_hanging_labels_valid_and_prints_new_ones(
    label: CheckpointLabel, cast: Cast, settings: Any
) -> None:
    token = token_for(label)
    settings.LABEL_SIGNING_KEY = "another key"
    assert find_label(token) == label
    with pytest.raises(ValueError, match="key has changed"):
        token_for(label)
    assert printable_label(user=cast.supervisor, checkpoint=label.checkpoint).serial == 2


def test_only_planners_of_the_site_issue_labels(label: CheckpointLabel, cast: Cast) -> None:
    for person in (cast.guard, cast.auditor, cast.sibling_supervisor, cast.foreign_manager):
        with pytest.raises(PermissionDenied):
            issue_label(user=person, checkpoint=label.checkpoint)


@pytest.mark.parametrize(("layout", "pages"), [("2x4", 3), ("3x5", 2)])
def test_a_sheet_holds_several_labels_with_code_and_name(
    site: Site, cast: Cast, layout: str, pages: int
) -> None:
    points = [
        CheckpointFactory.create(site=site, code=f"B2-{n:02}", name="地下二层消防水泵房东侧")
        for n in range(17)
    ]
    loaded = (
        Checkpoint.objects.select_related("site", "zone")
        .filter(pk__in=[point.pk for point in points])
        .order_by("code")
    )
    document = pypdf.PdfReader(BytesIO(label_sheet(loaded, layout, user=cast.supervisor)))
    assert len(document.pages) == pages
    text = "".join(page.extract_text() for page in document.pages)
    assert all(f"B2-{n:02}" in text for n in range(17))
    assert "地下二层消防" in text.replace("\n", "")
