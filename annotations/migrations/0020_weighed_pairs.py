"""Where a likely pair stands in the list of a large desk, and the index of that order."""

from django.db import migrations, models

from annotations.migrations._live import AddIndexLive


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("annotations", "0019_words_of_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="likelyduplicate",
            name="kept_joined",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Claims that a merge would move, where figures are kept; 0 once answered.",
            ),
        ),
        migrations.AddField(
            model_name="likelyduplicate",
            name="kept_claims",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="Claims of both, where figures are kept; 0 once answered."
            ),
        ),
        AddIndexLive(
            model_name="likelyduplicate",
            index=models.Index(
                fields=["is_strong", "-kept_joined", "-kept_claims", "id"], name="likelyduplicate_most_first"
            ),
        ),
    ]
