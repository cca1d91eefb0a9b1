"""The number of each speaker in each article, and what finds the claims near a place of a long text."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Min, OuterRef, Subquery


def fill_articles_of_spans(apps: Any, schema_editor: Any) -> None:
    """Let each span know the article of its claim."""
    claims = apps.get_model("annotations", "Claim").objects.filter(pk=OuterRef("claim"))
    spans = apps.get_model("annotations", "ClaimSpan").objects
    spans.update(article=Subquery(claims.values("article_id")[:1]))


def number_speakers(apps: Any, schema_editor: Any) -> None:
    """Keep the numbers that the pages have shown: by first mention, then by the speaker's id."""
    models_of = {name: apps.get_model("annotations", name) for name in ("Article", "Claim", "Mention")}
    number = apps.get_model("annotations", "SpeakerNumber")
    for article_id in models_of["Article"].objects.values_list("pk", flat=True).iterator():
        mentions = models_of["Mention"].objects.filter(article=article_id, speaker__merged_into=None)
        first = dict(
            mentions.exclude(speaker=None).order_by().values_list("speaker_id").annotate(first=Min("start"))
        )
        claims = models_of["Claim"].objects.filter(article=article_id)
        others = set(
            claims.filter(speaker__isnull=False, speaker__merged_into=None).values_list("speaker_id", flat=True)
        )
        candidates = claims.filter(candidates__isnull=False, candidates__speaker__merged_into=None)
        others |= set(candidates.values_list("candidates__speaker_id", flat=True))
        mentioned = sorted(first, key=lambda pk: (first[pk], pk))
        in_order = [*mentioned, *sorted(others - set(first))]
        number.objects.bulk_create(
            number(article_id=article_id, speaker_id=pk, number=at) for at, pk in enumerate(in_order, start=1)
        )


class Migration(migrations.Migration):
    dependencies = [("annotations", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SpeakerNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(help_text="1-based; gaps are where a speaker was deleted."),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="speaker_numbers",
                        to="annotations.article",
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="numbers",
                        to="annotations.speaker",
                    ),
                ),
            ],
            options={"ordering": ["number"]},
        ),
        migrations.AddConstraint(
            model_name="speakernumber",
            constraint=models.UniqueConstraint(fields=("article", "number"), name="speakernumber_unique"),
        ),
        migrations.AddConstraint(
            model_name="speakernumber",
            constraint=models.UniqueConstraint(
                fields=("article", "speaker"), name="speakernumber_once_a_speaker"
            ),
        ),
        migrations.AddConstraint(
            model_name="speakernumber",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="speakernumber_from_1"
            ),
        ),
        migrations.RemoveIndex(model_name="claim", name="claim_in_text_order"),
        migrations.RemoveIndex(model_name="claim", name="claim_by_state"),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                fields=["article", "start", "id", "state", "speaker"], name="claim_in_text_order"
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["article", "state", "start", "id"], name="claim_by_state"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                fields=["article", "state", "confidence", "start", "id"], name="claim_by_confidence"
            ),
        ),
        migrations.AddIndex(
            model_name="paragraph",
            index=models.Index(fields=["article", "start"], name="paragraph_by_start"),
        ),
        # Without its constraint while it is filled: PostgreSQL alters no table whose rows wait to be checked.
        migrations.AddField(
            model_name="claimspan",
            name="article",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotations.article",
            ),
        ),
        migrations.RunPython(fill_articles_of_spans, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="claimspan",
            name="article",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotations.article",
            ),
        ),
        migrations.AddIndex(
            model_name="claimspan",
            index=models.Index(fields=["article", "start", "end"], name="claimspan_over_text"),
        ),
        migrations.RunPython(number_speakers, migrations.RunPython.noop),
    ]
