"""Results of a wave: the page, its words, two waves side by side, and the files."""

from io import BytesIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from collaboration.selectors.linked import panel_of
from core import policies
from core.reports import write_csv, write_pdf, write_xlsx
from organization.middleware import person_of
from surveys import charts
from surveys.models import Wave, WaveState
from surveys.reports import results_report
from surveys.selectors.comparing import cautions, compared, waves_like
from surveys.selectors.earlier import over_time
from surveys.selectors.months import by_month
from surveys.selectors.result_parts import by_channel, by_stratum, missing, weighting
from surveys.selectors.results import Line, Results
from surveys.selectors.words import words_of_wave
from surveys.services.exporting import record_export

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}
#: Waves offered for comparison.
OFFERED = 20


def wave_of(request: HttpRequest, pk: int) -> Wave:
    """The wave whose results the person may read. Raises Http404; drafts and cancelled waves have none."""
    wave = policies.get_visible_or_404(
        request.user, Wave.objects.select_related("site__company", "version__questionnaire"), pk=pk
    )
    if wave.state not in (WaveState.OPEN, WaveState.CLOSED):
        raise Http404
    return wave


def results_of(request: HttpRequest, wave: Wave) -> Results:
    """What the address asks for: personal answers, or with ?answers=all those by the open code too."""
    return Results(wave, with_open=request.GET.get("answers") == "all")


@require_GET
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """Scores with their intervals, who is missing, parts, channels, weights, measures."""
    wave = wave_of(request, pk)
    found = results_of(request, wave)
    lines = found.lines
    chosen = found.line(request.GET.get("question", "")) or found.overall
    context: dict[str, Any] = {
        "wave": wave,
        "results": found,
        "lines": lines,
        "overall": found.overall,
        "chosen": chosen,
        "missing": missing(found),
        "is_weighted": request.GET.get("weights") == "on",
        "panel": panel_of(request.user, wave),
        "may_run": policies.allowed(request.user, "change", wave),
        **(_divided(found, chosen) if chosen is not None and found.is_ready else {}),
    }
    return render(request, "surveys/results.html", context)


def _divided(found: Results, chosen: Line) -> dict[str, Any]:
    """What the chosen question says by part, by channel, with weights, over time."""
    over: dict[str, Any]
    if found.wave.is_standing:
        months = by_month(found.wave, chosen.question, chosen.row, found.until)
        over = {"months": months, "over_time": charts.by_month(months)}
    else:
        over = {
            "over_time": charts.over_time(over_time(found.wave, chosen)),
            "earlier": waves_like(found.wave)[:OFFERED],
        }
    return {
        **over,
        "parts": by_stratum(found, chosen),
        "channels": by_channel(found, chosen),
        "weighting": weighting(found, chosen),
        "distribution": charts.distribution(found.lines),
    }


@require_GET
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """What people wrote, by topic."""
    wave = wave_of(request, pk)
    found = results_of(request, wave)
    return render(
        request,
        "surveys/words.html",
        {
            "wave": wave,
            "results": found,
            "questions": words_of_wave(wave, with_open=found.with_open),
        },
    )


@require_GET
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """This wave and another one of the same questionnaire and site: the one named (?with=), else the latest."""
    wave = wave_of(request, pk)
    like = waves_like(wave).select_related("site__company", "version__questionnaire")
    key = request.GET.get("with", "")
    other = policies.get_visible_or_404(request.user, like, pk=key) if key else like.first()
    context: dict[str, Any] = {"wave": wave, "other": other}
    if other is not None:
        now, before = Results(wave), Results(other)
        context |= {
            "now": now,
            "before": before,
            "lines": compared(now, before),
            "cautions": cautions(now, before),
        }
    return render(request, "surveys/compare.html", context)


@require_GET
def export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The results as XLSX, CSV (the questions) or PDF (满意度调查结果表); taking them out is an act of record."""
    wave = wave_of(request, pk)
    policies.require(request.user, "export", wave)
    if form not in MEDIA_TYPES:
        raise Http404
    found = results_of(request, wave)
    report, file = results_report(found), BytesIO()
    match form:
        case "xlsx":
            write_xlsx(report, file)
        case "pdf":
            write_pdf(report, file)
        case _:
            write_csv(report.sheets[0], file, time_zone=report.time_zone)
    record_export(user=person_of(request), wave=wave, form=form, with_open=found.with_open)
    response = HttpResponse(file.getvalue(), content_type=MEDIA_TYPES[form])
    disposition = "inline" if form == "pdf" else "attachment"
    response.headers["Content-Disposition"] = f'{disposition}; filename="survey-{wave.pk}.{form}"'
    return response
