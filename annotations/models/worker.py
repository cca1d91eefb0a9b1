"""The worker processes that are there, so that pages and probes can say whether anybody works."""

from django.db import models


class Worker(models.Model):
    """One worker process, by machine and process id, and when it last showed life."""

    name = models.CharField(max_length=200, unique=True)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
