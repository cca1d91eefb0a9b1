"""A table of what is left in each article, filled from the claims that are there."""

from datetime import date

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Avg, Count, FloatField, Value
from django.db.models.functions import Coalesce


def count_what_is_left(apps, schema_editor):
    """Count in one query, and write in batches."""
    claims = apps.get_model("annotations", "Claim").objects
    work_left = apps.get_model("annotations", "WorkLeft").objects
    sure = Coalesce("confidence", Value(0.0), output_field=FloatField())
    counted = (
        claims.filter(state="suggested", article__state="ready")
        .order_by()
        .values_list("article_id", "article__published_on")
        .annotate(number=Count("pk"), mean=Avg(sure))
    )
    work_left.bulk_create(
        (
            work_left.model(
                article_id=pk,
                undecided=undecided,
                confidence=round(confidence, 4),
                published_on=published_on or date.max,
            )
            for pk, published_on, undecided, confidence in counted
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0002_speaker_numbers"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkLeft",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="work_left",
                        serialize=False,
                        to="annotations.article",
                    ),
                ),
                ("undecided", models.PositiveIntegerField()),
                ("confidence", models.FloatField()),
                ("published_on", models.DateField()),
            ],
        ),
        migrations.AddIndex(
            model_name="workleft",
            index=models.Index(fields=["-undecided", "article"], name="workleft_most_first"),
        ),
        migrations.AddIndex(
            model_name="workleft",
            index=models.Index(fields=["confidence", "article"], name="workleft_least_certain_first"),
        ),
        migrations.AddIndex(
            model_name="workleft",
            index=models.Index(fields=["published_on", "article"], name="workleft_oldest_first"),
        ),
        migrations.AddConstraint(
            model_name="workleft",
            constraint=models.CheckConstraint(
                condition=models.Q(("undecided__gt", 0)), name="workleft_is_some"
            ),
        ),
        migrations.AddConstraint(
            model_name="workleft",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidence__gte", 0), ("confidence__lte", 1)),
                name="workleft_confidence_from_0_to_1",
            ),
        ),
        migrations.RunPython(count_what_is_left, migrations.RunPython.noop),
    ]
