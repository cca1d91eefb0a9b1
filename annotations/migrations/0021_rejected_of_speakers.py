"""How many rejected claims carry a speaker's name, kept with the other figures."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0020_weighed_pairs"),
    ]

    operations = [
        migrations.AddField(
            model_name="speakerfigures",
            name="rejected",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
