"""An index over the pieces of a case's texts (incidents.grams), for searching in any script; and cases by their step."""

from django.db import migrations

FUNCTION = r"""
CREATE FUNCTION incidents_grams(VARIADIC texts text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(DISTINCT piece), '{}') FROM (
        SELECT CASE
            WHEN ascii(a) > 127 THEN CASE WHEN ascii(b) > 127 THEN a || b END
            WHEN (a BETWEEN 'a' AND 'z' OR a BETWEEN '0' AND '9') AND (b BETWEEN 'a' AND 'z' OR b BETWEEN '0' AND '9')
                AND (c BETWEEN 'a' AND 'z' OR c BETWEEN '0' AND '9') THEN a || b || c
            END AS piece
        FROM (SELECT string_to_array(lower(left(array_to_string(texts, ' '), 600)), NULL) COLLATE "C" AS t) AS whole,
            LATERAL unnest(t, t[2:], t[3:]) AS letters (a, b, c)
    ) AS pieces WHERE piece IS NOT NULL
$$;
"""
INDEX = "CREATE INDEX case_text_pieces ON incidents_case USING gin (incidents_grams(number, title, place, description));"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_templates_approvals_and_mentions")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION incidents_grams(text[]);"),
        migrations.RunSQL(INDEX, "DROP INDEX case_text_pieces;"),
    ]
