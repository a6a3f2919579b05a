"""Reads around the analysis of a case: its report, and cases like it."""

from django.db.models import QuerySet

from incidents.models import AnalysisReport, Case, CaseStatus

MOST_SIMILAR = 5
#: how many of the latest are compared
LOOKED_AT = 100


def report_of(case: Case) -> AnalysisReport | None:
    """The analysis report of a case, if one is demanded or begun."""
    rows: QuerySet[AnalysisReport] = AnalysisReport.objects.select_related("author", "approved_by")
    return rows.filter(case=case).first()


def similar_cases(user: object, case: Case, limit: int = MOST_SIMILAR) -> list[Case]:
    """Other cases of the kind and category that the person may see: same sub-category and zone first, latest first."""
    latest = (
        Case.objects.visible_to(user)
        .filter(company_id=case.company_id, kind=case.kind, category=case.category)
        .exclude(pk=case.pk)
        .exclude(status=CaseStatus.VOID)
        .select_related("site", "analysis")
        .order_by("-reported_at", "-pk")
    )
    rows = sorted(latest[:LOOKED_AT], key=lambda other: _unlikeness(case, other))
    return rows[:limit]


def _unlikeness(case: Case, other: Case) -> tuple[bool, bool]:
    return (
        not case.subcategory or other.subcategory != case.subcategory,
        case.zone_id is None or other.zone_id != case.zone_id,
    )
