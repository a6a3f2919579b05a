"""Columns that figures of cases go by, filled in for cases there are; who was affected by an incident."""

import django.db.models.functions.comparison
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


OF_PRESENT_CASES = """
UPDATE incidents_case c SET
    counted_due_at = CASE
        WHEN kind IN ('hazard', 'violation') AND limits->'completion'->>'source' = 'named'
            THEN (limits->'completion'->>'due')::timestamptz
        ELSE coalesce((limits->'completion'->>'baseline')::timestamptz, original_due_at, due_at)
            + make_interval(secs => paused_seconds) END,
    counted_response_due_at = coalesce((limits->'response'->>'baseline')::timestamptz, response_due_at)
        + make_interval(secs => paused_seconds),
    first_resolved_at = coalesce((SELECT min(e.at) FROM incidents_caseentry e WHERE e.case_id = c.id AND e.kind = 'step'
        AND e.to_state IN ('review', 'following_up', 'to_authority', 'rectified', 'done', 'replied')), resolved_at),
    first_reopened_at = (SELECT min(e.at) FROM incidents_caseentry e WHERE e.case_id = c.id AND e.kind = 'step'
        AND e.code = 'reopen');
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checklists", "0001_initial"),
        ("incidents", "0008_dispatch"),
        ("organization", "0004_person_deactivated_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="case",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="case",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="case",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="incidentfacts",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="incidentfacts",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="incidentfacts",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="case",
            name="counted_due_at",
            field=models.DateTimeField(
                blank=True,
                help_text="By the rule, or the first plan of a hazard or violation: pauses move it, stretching and extensions do not.",
                null=True,
                verbose_name="due for figures",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="counted_response_due_at",
            field=models.DateTimeField(
                blank=True,
                help_text="By the rule alone: pauses move it, stretching does not.",
                null=True,
                verbose_name="response due for figures",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="first_reopened_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="first reopened at"),
        ),
        migrations.AddField(
            model_name="case",
            name="first_resolved_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Stays when it is opened again.",
                null=True,
                verbose_name="first resolved at",
            ),
        ),
        migrations.AddField(
            model_name="caseevent",
            name="counted_due_at",
            field=models.DateTimeField(
                blank=True,
                help_text="By the rule, or the first plan of a hazard or violation: pauses move it, stretching and extensions do not.",
                null=True,
                verbose_name="due for figures",
            ),
        ),
        migrations.AddField(
            model_name="caseevent",
            name="counted_response_due_at",
            field=models.DateTimeField(
                blank=True,
                help_text="By the rule alone: pauses move it, stretching does not.",
                null=True,
                verbose_name="response due for figures",
            ),
        ),
        migrations.AddField(
            model_name="caseevent",
            name="first_reopened_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="first reopened at"),
        ),
        migrations.AddField(
            model_name="caseevent",
            name="first_resolved_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Stays when it is opened again.",
                null=True,
                verbose_name="first resolved at",
            ),
        ),
        migrations.AddField(
            model_name="incidentfacts",
            name="households_affected",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="households affected"),
        ),
        migrations.AddField(
            model_name="incidentfacts",
            name="people_affected",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="people affected"),
        ),
        migrations.AddField(
            model_name="incidentfactsevent",
            name="households_affected",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="households affected"),
        ),
        migrations.AddField(
            model_name="incidentfactsevent",
            name="people_affected",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="people affected"),
        ),
        migrations.AddIndex(
            model_name="analysisreport",
            index=models.Index(
                condition=models.Q(("is_demanded", True)), fields=["due_at"], name="analysis_counted"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["site", "counted_due_at"], name="case_counted_due"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("kind", "service_request")),
                fields=["site", "counted_response_due_at"],
                name="case_counted_response",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("kind", "service_request")),
                fields=["site", "first_resolved_at"],
                name="case_first_resolved",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("kind", "hazard")),
                fields=["site", "closed_at"],
                name="case_hazard_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="incidentfacts",
            index=models.Index(
                condition=models.Q(("plan_activated_at__isnull", False)),
                fields=["plan_activated_at"],
                name="incident_activated",
            ),
        ),
        migrations.AddIndex(
            model_name="upwardreport",
            index=models.Index(
                django.db.models.functions.comparison.Least("due_at", "statutory_due_at"),
                condition=models.Q(("number", 1)),
                name="upward_report_counted",
            ),
        ),
        migrations.RunSQL(OF_PRESENT_CASES, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "incidents_caseevent" ("acknowledged_at", "answer_id", "arrived_at", "assigned_to_id", "category", "cause", "closed_at", "company_id", "controlled_at", "counted_due_at", "counted_response_due_at", "created_at", "description", "due_at", "duplicate_of_id", "first_reopened_at", "first_reply_at", "first_resolved_at", "id", "kind", "latitude", "lessons", "limits", "longitude", "no_action_reason", "number", "occurred_at", "operation_id", "original_due_at", "paused_seconds", "paused_since", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "priority", "recurrence_of_id", "reopened_count", "reported_at", "reported_by_id", "reporter_name", "reporter_phone", "resolution", "resolved_at", "resolved_by_id", "response_due_at", "site_id", "source", "state", "state_since", "status", "subcategory", "title", "verified_at", "verified_by_id", "version", "zone_id") VALUES (NEW."acknowledged_at", NEW."answer_id", NEW."arrived_at", NEW."assigned_to_id", NEW."category", NEW."cause", NEW."closed_at", NEW."company_id", NEW."controlled_at", NEW."counted_due_at", NEW."counted_response_due_at", NEW."created_at", NEW."description", NEW."due_at", NEW."duplicate_of_id", NEW."first_reopened_at", NEW."first_reply_at", NEW."first_resolved_at", NEW."id", NEW."kind", NEW."latitude", NEW."lessons", NEW."limits", NEW."longitude", NEW."no_action_reason", NEW."number", NEW."occurred_at", NEW."operation_id", NEW."original_due_at", NEW."paused_seconds", NEW."paused_since", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."priority", NEW."recurrence_of_id", NEW."reopened_count", NEW."reported_at", NEW."reported_by_id", NEW."reporter_name", NEW."reporter_phone", NEW."resolution", NEW."resolved_at", NEW."resolved_by_id", NEW."response_due_at", NEW."site_id", NEW."source", NEW."state", NEW."state_since", NEW."status", NEW."subcategory", NEW."title", NEW."verified_at", NEW."verified_by_id", NEW."version", NEW."zone_id"); RETURN NULL;',
                    hash="d7bd0d7ae5bf105928f2409847b1c877561c3c96",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_42768",
                    table="incidents_case",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "incidents_caseevent" ("acknowledged_at", "answer_id", "arrived_at", "assigned_to_id", "category", "cause", "closed_at", "company_id", "controlled_at", "counted_due_at", "counted_response_due_at", "created_at", "description", "due_at", "duplicate_of_id", "first_reopened_at", "first_reply_at", "first_resolved_at", "id", "kind", "latitude", "lessons", "limits", "longitude", "no_action_reason", "number", "occurred_at", "operation_id", "original_due_at", "paused_seconds", "paused_since", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "priority", "recurrence_of_id", "reopened_count", "reported_at", "reported_by_id", "reporter_name", "reporter_phone", "resolution", "resolved_at", "resolved_by_id", "response_due_at", "site_id", "source", "state", "state_since", "status", "subcategory", "title", "verified_at", "verified_by_id", "version", "zone_id") VALUES (NEW."acknowledged_at", NEW."answer_id", NEW."arrived_at", NEW."assigned_to_id", NEW."category", NEW."cause", NEW."closed_at", NEW."company_id", NEW."controlled_at", NEW."counted_due_at", NEW."counted_response_due_at", NEW."created_at", NEW."description", NEW."due_at", NEW."duplicate_of_id", NEW."first_reopened_at", NEW."first_reply_at", NEW."first_resolved_at", NEW."id", NEW."kind", NEW."latitude", NEW."lessons", NEW."limits", NEW."longitude", NEW."no_action_reason", NEW."number", NEW."occurred_at", NEW."operation_id", NEW."original_due_at", NEW."paused_seconds", NEW."paused_since", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."priority", NEW."recurrence_of_id", NEW."reopened_count", NEW."reported_at", NEW."reported_by_id", NEW."reporter_name", NEW."reporter_phone", NEW."resolution", NEW."resolved_at", NEW."resolved_by_id", NEW."response_due_at", NEW."site_id", NEW."source", NEW."state", NEW."state_since", NEW."status", NEW."subcategory", NEW."title", NEW."verified_at", NEW."verified_by_id", NEW."version", NEW."zone_id"); RETURN NULL;',
                    hash="9dabf81a32f1f673539ae87c67aa64d454c1704e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_eee72",
                    table="incidents_case",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "incidents_caseevent" ("acknowledged_at", "answer_id", "arrived_at", "assigned_to_id", "category", "cause", "closed_at", "company_id", "controlled_at", "counted_due_at", "counted_response_due_at", "created_at", "description", "due_at", "duplicate_of_id", "first_reopened_at", "first_reply_at", "first_resolved_at", "id", "kind", "latitude", "lessons", "limits", "longitude", "no_action_reason", "number", "occurred_at", "operation_id", "original_due_at", "paused_seconds", "paused_since", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "priority", "recurrence_of_id", "reopened_count", "reported_at", "reported_by_id", "reporter_name", "reporter_phone", "resolution", "resolved_at", "resolved_by_id", "response_due_at", "site_id", "source", "state", "state_since", "status", "subcategory", "title", "verified_at", "verified_by_id", "version", "zone_id") VALUES (OLD."acknowledged_at", OLD."answer_id", OLD."arrived_at", OLD."assigned_to_id", OLD."category", OLD."cause", OLD."closed_at", OLD."company_id", OLD."controlled_at", OLD."counted_due_at", OLD."counted_response_due_at", OLD."created_at", OLD."description", OLD."due_at", OLD."duplicate_of_id", OLD."first_reopened_at", OLD."first_reply_at", OLD."first_resolved_at", OLD."id", OLD."kind", OLD."latitude", OLD."lessons", OLD."limits", OLD."longitude", OLD."no_action_reason", OLD."number", OLD."occurred_at", OLD."operation_id", OLD."original_due_at", OLD."paused_seconds", OLD."paused_since", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."priority", OLD."recurrence_of_id", OLD."reopened_count", OLD."reported_at", OLD."reported_by_id", OLD."reporter_name", OLD."reporter_phone", OLD."resolution", OLD."resolved_at", OLD."resolved_by_id", OLD."response_due_at", OLD."site_id", OLD."source", OLD."state", OLD."state_since", OLD."status", OLD."subcategory", OLD."title", OLD."verified_at", OLD."verified_by_id", OLD."version", OLD."zone_id"); RETURN NULL;',
                    hash="1685084c3755079fa310ee4b8d21ab7516a31ae4",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a2e0d",
                    table="incidents_case",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentfacts",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "incidents_incidentfactsevent" ("case_id", "confirmed_at", "dead", "discovered_at", "dispatched_at", "evacuation_started_at", "external_arrived_at", "external_called_at", "first_notice_at", "households_affected", "injured", "is_our_responsibility", "level", "loss_amount", "people_affected", "people_involved", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_activated_at", "recovered_at", "recovery", "reported_up_at", "scope", "seriously_injured", "statutory_grade") VALUES (NEW."case_id", NEW."confirmed_at", NEW."dead", NEW."discovered_at", NEW."dispatched_at", NEW."evacuation_started_at", NEW."external_arrived_at", NEW."external_called_at", NEW."first_notice_at", NEW."households_affected", NEW."injured", NEW."is_our_responsibility", NEW."level", NEW."loss_amount", NEW."people_affected", NEW."people_involved", _pgh_attach_context(), NOW(), \'insert\', NEW."case_id", NEW."plan_activated_at", NEW."recovered_at", NEW."recovery", NEW."reported_up_at", NEW."scope", NEW."seriously_injured", NEW."statutory_grade"); RETURN NULL;',
                    hash="ad69e850dd498522b9a5ab995c1d0cf37b7a7225",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6463a",
                    table="incidents_incidentfacts",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentfacts",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "incidents_incidentfactsevent" ("case_id", "confirmed_at", "dead", "discovered_at", "dispatched_at", "evacuation_started_at", "external_arrived_at", "external_called_at", "first_notice_at", "households_affected", "injured", "is_our_responsibility", "level", "loss_amount", "people_affected", "people_involved", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_activated_at", "recovered_at", "recovery", "reported_up_at", "scope", "seriously_injured", "statutory_grade") VALUES (NEW."case_id", NEW."confirmed_at", NEW."dead", NEW."discovered_at", NEW."dispatched_at", NEW."evacuation_started_at", NEW."external_arrived_at", NEW."external_called_at", NEW."first_notice_at", NEW."households_affected", NEW."injured", NEW."is_our_responsibility", NEW."level", NEW."loss_amount", NEW."people_affected", NEW."people_involved", _pgh_attach_context(), NOW(), \'update\', NEW."case_id", NEW."plan_activated_at", NEW."recovered_at", NEW."recovery", NEW."reported_up_at", NEW."scope", NEW."seriously_injured", NEW."statutory_grade"); RETURN NULL;',
                    hash="5318a813e06711450ca4a264cf3014c34249e486",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_de469",
                    table="incidents_incidentfacts",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentfacts",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "incidents_incidentfactsevent" ("case_id", "confirmed_at", "dead", "discovered_at", "dispatched_at", "evacuation_started_at", "external_arrived_at", "external_called_at", "first_notice_at", "households_affected", "injured", "is_our_responsibility", "level", "loss_amount", "people_affected", "people_involved", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_activated_at", "recovered_at", "recovery", "reported_up_at", "scope", "seriously_injured", "statutory_grade") VALUES (OLD."case_id", OLD."confirmed_at", OLD."dead", OLD."discovered_at", OLD."dispatched_at", OLD."evacuation_started_at", OLD."external_arrived_at", OLD."external_called_at", OLD."first_notice_at", OLD."households_affected", OLD."injured", OLD."is_our_responsibility", OLD."level", OLD."loss_amount", OLD."people_affected", OLD."people_involved", _pgh_attach_context(), NOW(), \'delete\', OLD."case_id", OLD."plan_activated_at", OLD."recovered_at", OLD."recovery", OLD."reported_up_at", OLD."scope", OLD."seriously_injured", OLD."statutory_grade"); RETURN NULL;',
                    hash="714ed416086c0e69e1fca8e9ad3cbd5aadeadb72",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_cfc35",
                    table="incidents_incidentfacts",
                    when="AFTER",
                ),
            ),
        ),
    ]
