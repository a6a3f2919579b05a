"""Naming colleagues in a note: “@name” or “@staff number” tells them, if they can see the case."""

from incidents import notices
from incidents.models import CaseEntry, Mention
from incidents.services.telling import tell
from organization.access import EVERYBODY, people_holding
from organization.models import Person, Site

MOST_OFFERED = 8


def people_named(text: str, site: Site) -> list[Person]:
    """The people of the site whom the text names after an “@”, in the order of the text, each once."""
    if "@" not in text:
        return []
    known = sorted(people_holding(EVERYBODY, site), key=lambda one: (-len(one.name), one.pk))
    found: dict[int, Person] = {}
    for after in text.split("@")[1:]:
        person = next((one for one in known if _is_named(one, after)), None)
        if person is not None:
            found.setdefault(person.pk, person)
    return list(found.values())


def mention(entry: CaseEntry) -> list[Mention]:
    """Keep and tell whom an internal line names. Messages to residents name nobody. Checks no policy."""
    if not entry.is_internal:
        return []
    people = [one for one in people_named(entry.text, entry.case.site) if one.pk != entry.actor_id]
    made = Mention.objects.bulk_create(Mention(entry=entry, person=one, at=entry.at) for one in people)
    if people:
        tell(notices.MENTIONED, entry.case, people, key=f"entry:{entry.pk}")
    return made


def colleagues(site: Site, text: str) -> list[Person]:
    """The people of the site whose name or staff number begins like `text`, for completing what is typed."""
    start = text.strip().lower()
    people = people_holding(EVERYBODY, site).order_by("name", "pk")
    if start:
        people = people.filter(name__icontains=start) | people.filter(staff_number__istartswith=start)
    return list(people[:MOST_OFFERED])


def _is_named(person: Person, after: str) -> bool:
    """Does the text after an “@” begin with the name or the whole staff number?"""
    text = after.lower()
    if person.name and text.startswith(person.name.lower()):
        return True
    number = person.staff_number.lower()
    rest = text[len(number) : len(number) + 1]
    return bool(number) and text.startswith(number) and not (rest.isascii() and rest.isalnum())
