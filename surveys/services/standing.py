"""The standing wave of a site: asks after each service from the day it is switched on until it is switched off."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.clock import local, now
from core.policies import require
from organization.models import Person, Site
from surveys.models import (
    Audience,
    Purpose,
    QuestionnaireVersion,
    Selection,
    VersionState,
    Wave,
    WaveState,
)
from surveys.services.unlinking import unlink
from surveys.services.waves import add_wave, close_wave


@transaction.atomic
def switch_on(
    *, user: Person, site: Site, version: QuestionnaireVersion, is_anonymous: bool, cap_days: int
) -> Wave:
    """Ask after every service from now on; one such wave at a site. Raises PermissionDenied, ValidationError."""
    require(user, "add", Wave, parent=site)
    # One after the other: of two who switch it on at once the second finds the wave of the first.
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    if running_at(site) is not None:
        raise ValidationError(_("It is switched on already."))
    if version.questionnaire.purpose != Purpose.AFTER_SERVICE or version.state != VersionState.PUBLISHED:
        raise ValidationError({"version": _("Choose a published questionnaire for after a service.")})
    moment = now()
    wave = add_wave(
        user=user,
        site=site,
        version=version,
        values={
            "title": _titles(version, f"{local(moment, site.zone_info):%Y-%m}"),
            "audience": Audience.SERVICE,
            "selection": Selection.ALL,
            "is_anonymous": is_anonymous,
            "cap_days": cap_days,
            "remind_days": [],
            "opens_at": moment,
            "population": 0,
        },
    )
    wave.state, wave.opened_at = WaveState.OPEN, moment
    wave.save()
    return wave


@transaction.atomic
def change_cap(*, user: Person, wave_id: int, cap_days: int) -> Wave:
    """How often a household is asked at the most, from now on. Raises PermissionDenied, ValidationError."""
    wave = Wave.objects.select_for_update(of=("self",), no_key=True).select_related("site").get(pk=wave_id)
    require(user, "change", wave)
    if not wave.is_standing or wave.state != WaveState.OPEN:
        raise ValidationError(_("It is switched off already."))
    wave.cap_days = cap_days
    wave.full_clean(exclude=["seed"])
    wave.save()
    return wave


def switch_off(*, user: Person, wave_id: int) -> Wave:
    """Ask nobody any more; links given out end too. Switched on again it is a new wave. Raises as `close_wave`."""
    return close_wave(user=user, wave_id=wave_id)


def _titles(version: QuestionnaireVersion, month: str) -> dict[str, str]:
    """The questionnaire's title in each of its languages, with the month since which it is asked."""
    found = {}
    for code, text in version.questionnaire.title.items():
        with translation.override(code):
            found[code] = gettext("%(title)s, since %(month)s") % {"title": text, "month": month}
    return found


def running_at(site: Site) -> Wave | None:
    """The standing wave of a site that is on."""
    rows = Wave.objects.select_related("site", "version__questionnaire")
    return rows.filter(site=site, audience=Audience.SERVICE, state=WaveState.OPEN).first()


def unlink_anonymous() -> int:
    """Each night: write the rows of anonymous standing waves again in random order (unlinking.py); how many waves."""
    waves = Wave.objects.filter(audience=Audience.SERVICE, state=WaveState.OPEN, is_anonymous=True)
    keys = list(waves.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic():
            unlink(Wave.objects.select_for_update(of=("self",), no_key=True).get(pk=key))
    return len(keys)
