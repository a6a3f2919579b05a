import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_attachments_offline_idempotency"),
        ("organization", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(help_text="In the site's time zone.", verbose_name="day")),
                ("marked_at", models.DateTimeField(verbose_name="marked at")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organization.site",
                        verbose_name="site",
                    ),
                ),
            ],
            options={
                "verbose_name": "day to count again",
                "verbose_name_plural": "days to count again",
                "ordering": ("day", "site_id"),
                "constraints": [models.UniqueConstraint(fields=("site", "day"), name="changed_day_unique")],
            },
        ),
    ]
