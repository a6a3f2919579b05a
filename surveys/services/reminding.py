"""Reminding those who have not answered, after the days of the wave; each day once.

Nobody is reminded who has answered, declined or could not be reached, nor when less than a day is left to answer.
"""

from datetime import datetime, timedelta

from django.db import transaction

from core import live
from surveys import notices
from surveys.models import Audience, InvitationState, Wave, WaveState
from surveys.services.inviting import remind_staff
from surveys.services.telling import tell_runners

#: So long before the end of a wave nobody is reminded any more.
LAST_DAY = timedelta(days=1)


@transaction.atomic
def remind(wave_id: int, moment: datetime) -> int:
    """One round of reminders, when its day has come and at least a day is left; 1 when there was one.

    Days that have passed together, because no worker was alive, are one round. Colleagues are told; for households who
    runs the survey is told to print the letters.
    """
    waves = Wave.objects.select_for_update(skip_locked=True, of=("self",)).select_related("site")
    wave = waves.filter(pk=wave_id, state=WaveState.OPEN).first()
    if wave is None or wave.opened_at is None or wave.closes_at is None:
        return 0
    passed = sum(wave.opened_at + timedelta(days=day) <= moment for day in wave.remind_days)
    if passed <= wave.reminders or moment >= wave.closes_at - LAST_DAY:
        return 0
    wave.reminders = passed
    wave.save()
    missing = wave.invitations.filter(state=InvitationState.INVITED).count()
    if wave.audience == Audience.STAFF:
        remind_staff(wave)
    elif missing:
        words = {"missing": str(missing)}
        tell_runners(notices.REMINDER_DUE, wave, words, key=f"{wave.pk}:{wave.reminders}")
    live.publish(f"site:{wave.site_id}", "surveys", wave=wave.pk)
    return 1
