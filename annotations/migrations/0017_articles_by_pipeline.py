"""An index for the articles that another pipeline annotated, made while the desk works."""

from django.db import migrations, models

from annotations.migrations._live import AddIndexLive


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('annotations', '0016_reannotation'),
    ]

    operations = [
        AddIndexLive(
            model_name='article',
            index=models.Index(fields=['pipeline', 'id'], name='article_by_pipeline'),
        ),
    ]
