"""How far an import is, at the same cost for ten files and for a hundred thousand."""

from dataclasses import dataclass

from django.utils import timezone

from annotations.models import Upload
from annotations.queries.work import workers_alive

# The rate is that of the last so many articles.
LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """The numbers of an import as they stand, its rate in articles a second, how many workers are there."""

    upload: Upload
    rate: float
    workers: int

    @property
    def under_way(self) -> int:
        """How many articles are stored and not yet annotated."""
        upload = self.upload
        return upload.runs_total - upload.runs_done - upload.runs_failed - upload.runs_stopped

    @property
    def found(self) -> int:
        """How many files and rows were told apart so far and are not merely wrappings of others."""
        upload = self.upload
        return (
            upload.runs_total
            + upload.items_open
            + upload.items_asking
            + upload.items_refused
            + upload.items_duplicate
            + upload.items_stopped
        )

    @property
    def over(self) -> int:
        """How many of them have their outcome: annotated, failed, refused or there already."""
        upload = self.upload
        return upload.runs_done + upload.runs_failed + upload.items_refused + upload.items_duplicate

    @property
    def stopped(self) -> int:
        """How many of them wait for the import to be resumed."""
        return self.upload.runs_stopped + self.upload.items_stopped

    @property
    def waits_for_a_worker(self) -> bool:
        """Whether there is work and nobody to do it."""
        return self.is_under_way and not self.workers

    @property
    def rate_in_words(self) -> str:
        """Return the rate as "12 a minute", empty where it is not known."""
        return f"{self.rate * 60:.0f} a minute" if self.rate and self.is_under_way else ""

    @property
    def time_left(self) -> str:
        """Return how long the rest takes at this rate, in words; empty where that is not known."""
        return duration(self.seconds_left) if self.seconds_left else ""

    @property
    def share(self) -> float:
        """How much is over, 0 to 1: a file counts until it is read, an article until it is annotated."""
        return self.over / self.found if self.found else 1.0

    @property
    def is_under_way(self) -> bool:
        """Whether anything will change without anybody doing anything."""
        return bool(self.upload.items_open or self.under_way)

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at this rate; None where there is none, or the rate is not known yet."""
        left = self.upload.items_open + self.under_way
        return left / self.rate if left and self.rate else None


def progress_of(upload_id: int) -> Progress:
    """Return how far the import is, in three queries. Raises Upload.DoesNotExist."""
    upload = Upload.objects.select_related("article_set", "uploaded_by").get(pk=upload_id)
    ends = upload.runs.filter(finished_at__isnull=False).order_by("-finished_at")
    latest = [at for at in ends.values_list("finished_at", flat=True)[:LOOKED_AT] if at]
    seconds = (timezone.now() - latest[-1]).total_seconds() if len(latest) > 1 else 0.0
    return Progress(upload, (len(latest) - 1) / seconds if seconds > 0 else 0.0, workers_alive())


def duration(seconds: float) -> str:
    """Return a time as people say it, rounded up: "40 seconds", "12 minutes", "3 hours"."""
    if seconds < 90:
        return f"{max(10, -(-int(seconds) // 10) * 10)} seconds"
    if seconds < 5_400:
        return f"{-(-int(seconds) // 60)} minutes"
    return f"{-(-int(seconds) // 3_600)} hours"
