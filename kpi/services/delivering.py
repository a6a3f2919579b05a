"""Sending a kept report: people are told in the product and by mail, others get a mail with the files or a link.

Who was sent what stands in `ReportDelivery`, a row for each, made together with the work that sends it.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.models import OutboxItem
from core.notifications import notify
from core.outbox import GiveUp, enqueue, handler
from core.translated import TranslatedText
from kpi.models import MonthlyReport, ReportDelivery, ReportSchedule, Sending
from kpi.notices import COMPANY_ISSUED, ISSUED, MAILED, attachments_of
from kpi.reports.monthly import month_name
from kpi.selectors.periods import Month
from kpi.services.links import token_of
from organization.models import Person

#: Files larger than this together go as a link, whatever the schedule says: mailboxes refuse them.
MOST_ATTACHED = 5 * 1024 * 1024


def deliver_to_managers(report: MonthlyReport, people: Iterable[Person]) -> None:
    """Tell the managers, each once."""
    _tell(report, people, None)


@transaction.atomic
def deliver_to_schedule(report: MonthlyReport, schedule: ReportSchedule) -> None:
    """Tell the people of a schedule and queue the mails to its addresses, each once per report."""
    _tell(report, schedule.people.filter(is_active=True), schedule)
    for address in schedule.addresses:
        delivery, is_new = ReportDelivery.objects.get_or_create(
            report=report,
            address=address,
            defaults={
                "schedule": schedule,
                "sending": schedule.sending,
                "forms": list(schedule.forms),
                "queued_at": now(),
            },
        )
        if is_new:
            payload = {"delivery": delivery.pk}
            enqueue("kpi.mail_report", payload, key=str(delivery.pk), company_id=report.company_id)


@transaction.atomic
def _tell(report: MonthlyReport, people: Iterable[Person], schedule: ReportSchedule | None) -> None:
    everybody = list(people)
    moment = now()
    ReportDelivery.objects.bulk_create(
        (
            ReportDelivery(
                report=report,
                schedule=schedule,
                person=person,
                forms=list(MAILED),
                queued_at=moment,
                sent_at=moment,
            )
            for person in everybody
        ),
        ignore_conflicts=True,
    )
    notify(
        ISSUED if report.site_id else COMPANY_ISSUED,
        everybody,
        target=report,
        site=report.site,
        context={
            "site": report.site.name if report.site is not None else "",
            "month": str(Month(report.month)),
            "summary": TranslatedText(report.summary),
        },
        key=str(report.pk),
    )


def _gave_up(item: OutboxItem) -> None:
    ReportDelivery.objects.filter(pk=item.payload["delivery"], sent_at=None).update(given_up_at=now())


@handler("kpi.mail_report", atomic=False, after_death=_gave_up, title=_("Send a monthly report by mail"))
def mail(payload: dict[str, Any], item: OutboxItem) -> None:
    """Render one mail and hand it over. Sent twice (a crash after the mail server's answer) it has one Message-ID."""
    rows = ReportDelivery.objects.select_related("report__site", "report__company")
    delivery = rows.filter(pk=payload["delivery"], sent_at=None).first()
    if delivery is None:
        raise GiveUp("it was sent, or its report is gone")
    with translation.override(delivery.report.language):
        _mail(delivery).send()
    ReportDelivery.objects.filter(pk=delivery.pk).update(sent_at=now())


def _mail(delivery: ReportDelivery) -> EmailMultiAlternatives:
    report = delivery.report
    files = list(attachments_of(report, tuple(delivery.forms)))
    by_link = delivery.sending == Sending.LINK or sum(len(file.content) for file in files) > MOST_ATTACHED
    place = report.site.name if report.site is not None else report.company.name
    month = month_name(Month(report.month), report.language)
    title = gettext("Monthly security report %(month)s: %(place)s") % {"month": month, "place": place}
    context = {
        "title": title,
        "company": report.company.name,
        "summary": "" if by_link else report.summary.get(report.language, ""),
        "url": settings.PUBLIC_URL.rstrip("/") + reverse("kpi:shared_report", args=[token_of(delivery)])
        if by_link
        else "",
        "language": report.language,
    }
    message = EmailMultiAlternatives(
        subject=" ".join(title.split()),
        body=render_to_string("kpi/mail/report.txt", context),
        to=[delivery.address],
        headers={
            "Message-ID": f"<report-{delivery.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": report.language,
        },
    )
    message.attach_alternative(render_to_string("kpi/mail/report.html", context), "text/html")
    for file in files if not by_link else ():
        message.attach(*file)
    return message
