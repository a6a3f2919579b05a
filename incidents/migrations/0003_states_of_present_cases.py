"""Cases opened before there were workflows get the state, category and facts row that fit their status."""

from django.db import migrations, models

STATES = """
UPDATE incidents_case SET
    state = CASE status
        WHEN 'open' THEN CASE kind WHEN 'incident' THEN 'reported' WHEN 'violation' THEN 'investigating'
            WHEN 'hazard' THEN 'found' WHEN 'service_request' THEN 'submitted' ELSE 'received' END
        ELSE CASE kind WHEN 'incident' THEN 'review' WHEN 'violation' THEN 'following_up'
            WHEN 'hazard' THEN 'rectified' WHEN 'service_request' THEN 'done' ELSE 'replied' END END,
    category = CASE kind WHEN 'incident' THEN '006' WHEN 'complaint' THEN '005' ELSE 'other' END,
    state_since = coalesce(resolved_at, reported_at),
    acknowledged_at = resolved_at,
    original_due_at = due_at
WHERE state = '';
INSERT INTO incidents_incidentfacts (case_id, statutory_grade, injured, seriously_injured, dead, scope,
    people_involved, is_our_responsibility, recovery)
SELECT id, 'none', 0, 0, 0, '', '', false, '' FROM incidents_case WHERE kind = 'incident';
INSERT INTO incidents_violationfacts (case_id, offender, offender_name, rule, severity, facts, evidence, proposal,
    plan, reinspection, sanction, sanction_note, authority, authority_receipt)
SELECT id, 'resident', '', '', '', '', '', '', '', '', '', '', '', '' FROM incidents_case WHERE kind = 'violation';
INSERT INTO incidents_hazardfacts (case_id, grade, origin, is_fire, deadline, interim_protection, measure, goal,
    verification, authority, document_number)
SELECT id, '', 'patrol', false, '', '', '', '', '', '', '' FROM incidents_case WHERE kind = 'hazard';
INSERT INTO incidents_requestfacts (case_id, is_repair, needs_visit, is_closed_by_rule, rating_text)
SELECT id, false, true, false, '' FROM incidents_case WHERE kind = 'service_request';
INSERT INTO incidents_complaintfacts (case_id, is_dispute, parties, reply, mediation, answer, is_closed_by_rule)
SELECT id, false, '', '', '', '', false FROM incidents_case WHERE kind = 'complaint';
UPDATE incidents_caseentry e SET kind = 'step', code = CASE e.kind WHEN 'resolved' THEN 'settle' ELSE 'reopen' END,
    to_state = c.state
FROM incidents_case c WHERE c.id = e.case_id AND e.kind IN ('resolved', 'reopened');
UPDATE incidents_caseentry e SET to_state = c.state, is_internal = false
FROM incidents_case c WHERE c.id = e.case_id AND e.kind = 'opened' AND c.status = 'open';
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_workflows")]

    operations = [
        migrations.RunSQL(STATES, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("status__in", ["open", "resolved"])),
                    models.Q(("closed_at__isnull", False), ("status__in", ["closed", "void"])),
                    _connector="OR",
                ),
                name="case_closed_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "resolved"), _negated=True),
                    ("resolved_at__isnull", False),
                    _connector="OR",
                ),
                name="case_resolved_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "open"), _negated=True),
                    ("resolved_at__isnull", True),
                    _connector="OR",
                ),
                name="case_open_is_unresolved",
            ),
        ),
    ]
