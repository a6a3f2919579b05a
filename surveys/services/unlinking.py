"""After an anonymous wave nothing in its tables says which answer belongs to which invitation.

While it runs, an invitation and its answer are written by one transaction, which the database notes on both rows. At
its end all rows are deleted and written again by one transaction in random order, so that neither their transaction
nor their place in the file tells anything. What remains for some time outside the tables is told in docs/surveys.md.
"""

from django.db import connection

from surveys.models import Answer, Invitation, Response, Wave

#: Foreign keys are checked when the transaction commits, so rows may go and come back under their keys.
AGAIN = """
WITH gone AS (DELETE FROM {table} WHERE {which} RETURNING *)
INSERT INTO {table} SELECT * FROM gone ORDER BY random()
"""
_OF_WAVE = "wave_id = %s"
_OF_RESPONSES = "response_id IN (SELECT id FROM {responses} WHERE wave_id = %s)"


def unlink(wave: Wave) -> None:
    """Write all rows of the wave again, in random order. Call inside the transaction that ends it."""
    responses = Response._meta.db_table
    with connection.cursor() as cursor:
        for model, which in (
            (Answer, _OF_RESPONSES.format(responses=responses)),
            (Response, _OF_WAVE),
            (Invitation, _OF_WAVE),
        ):
            cursor.execute(AGAIN.format(table=model._meta.db_table, which=which), [wave.pk])
