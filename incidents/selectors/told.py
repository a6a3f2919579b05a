"""Which lines of a timeline tell the resident who follows the case more than that something happened."""

from incidents.models import Case, CaseEntry, CaseSource, EntryKind
from incidents.workflows import workflow_of

#: Codes of what a resident does beside the steps.
WROTE, RATED = "resident", "rated"
#: Cases whose first words are the resident's own.
FROM_RESIDENTS = (CaseSource.RESIDENT, CaseSource.MAIL)


def is_told(case: Case, entry: CaseEntry) -> bool:
    """Do the words of this line, and photos that came with it, go to the resident?

    What residents and the desk write to each other does, and what is written at steps that say so; a public step of an
    inquiry is known to have been taken, but not what was found about others.
    """
    if entry.is_internal:
        return False
    match entry.kind:
        case EntryKind.MESSAGE:
            return True
        case EntryKind.OPENED:
            return case.source in FROM_RESIDENTS and entry.actor_id is None
        case EntryKind.STEP | EntryKind.ACT:
            workflow = workflow_of(case.kind)
            try:
                if entry.kind == EntryKind.STEP:
                    return workflow.step(entry.code).is_told
                return workflow.act(entry.code).is_public
            except LookupError:  # written by an earlier table
                return False
    return False
