"""Indexes for the orders and filters of long lists, made while the desk works."""

import annotations.models.days
import django.db.models.functions.text
from django.db import migrations, models

from annotations.migrations._live import AddIndexLive, RemoveIndexLive


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('annotations', '0012_figures'),
    ]

    operations = [
        AddIndexLive(
            model_name='article',
            index=models.Index(fields=['outlet', '-id'], name='article_of_outlet'),
        ),
        AddIndexLive(
            model_name='article',
            index=models.Index(django.db.models.functions.text.Lower('title'), models.F('id'), name='article_by_title'),
        ),
        AddIndexLive(
            model_name='article',
            index=models.Index(annotations.models.days.OrLastDay('published_on'), models.F('id'), name='article_oldest_first'),
        ),
        AddIndexLive(
            model_name='article',
            index=models.Index(annotations.models.days.OrFirstDay('published_on'), models.F('id'), name='article_newest_last'),
        ),
        AddIndexLive(
            model_name='claim',
            index=models.Index(fields=['speaker', '-article', 'start', 'id'], name='claim_of_speaker'),
        ),
        AddIndexLive(
            model_name='revision',
            index=models.Index(fields=['actor', '-id'], name='revision_of_actor'),
        ),
        AddIndexLive(
            model_name='speaker',
            index=models.Index(django.db.models.functions.text.Lower('name'), models.F('id'), name='speaker_by_folded_name'),
        ),
        RemoveIndexLive(
            model_name='article',
            name='article_by_outlet',
        ),
    ]
