"""What is shipped: complete in three languages, each with its basis."""

import pytest

from checklists.models import Checklist, ChecklistVersion, VersionState
from checklists.services.defaults import install, shipped
from organization.models import Company

LANGUAGES = {"en", "zh-hans", "zh-hant"}


@pytest.mark.requirement("R010")
def test_a_company_gets_each_list_once(company: Company) -> None:
    made = install(company)
    assert {row.code for row in made} == {"FORM-FP", "FORM-AP", "FORM-PR", "FORM-SA", "FORM-FW"}
    assert install(company) == []
    assert ChecklistVersion.objects.filter(state=VersionState.PUBLISHED).count() == len(made)
    fire = Checklist.objects.get(code="FORM-FP").versions.get()
    assert fire.items.count() == 15


def test_an_edited_list_is_left_alone(company: Company) -> None:
    install(company)
    Checklist.objects.filter(code="FORM-FP").update(name={"en": "Ours"})
    Checklist.objects.get(code="FORM-AP").delete()
    assert [row.code for row in install(company)] == ["FORM-AP"]
    assert str(Checklist.objects.get(code="FORM-FP").name) == "Ours"


@pytest.mark.parametrize("row", shipped(), ids=lambda row: row["code"])
def test_every_text_is_there_in_every_language(row: dict) -> None:
    assert row["basis"]
    texts = [
        row["name"],
        row["description"],
        *row["items"],
        *(item["help"] for item in row["items"] if "help" in item),
    ]
    texts += [choice["label"] for item in row["items"] for choice in item.get("choices", ())]
    for text in texts:
        assert all(text.get(language) for language in LANGUAGES), text
