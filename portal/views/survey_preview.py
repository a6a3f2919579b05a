"""A questionnaire as those who are asked will see it, at the width of a phone; nothing is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import policies
from surveys.forms.answering import AnswerForm
from surveys.models import QuestionnaireVersion


def survey_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The very page of a survey; conditions work, sending ends at the thanks."""
    versions = QuestionnaireVersion.objects.select_related("questionnaire__company")
    version = policies.get_visible_or_404(request.user, versions, pk=pk)
    questions = list(version.questions.select_related("section").order_by("position"))
    form = AnswerForm(request.POST or None, questions=questions)
    context = {
        "version": version,
        "wave": {"title": version.questionnaire.title},
        "site": {"name": version.questionnaire.company.name},
        "path": request.path,
        "said_done_path": "",
        "is_preview": True,
        "is_anonymous": True,
        "is_open_code": False,
        "form": form,
        "photos": None,
        "what": "thanks",
    }
    done = request.method == "POST" and form.is_complete()
    page = "survey_said" if done else "survey"
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"portal/residents/{page}.html", context, status=status)
