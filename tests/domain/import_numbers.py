"""The numbers of an import as its row has them, and as they are counted anew."""

from collections import Counter
from uuid import uuid4

from annotations.choices import UploadState
from annotations.domain import annotation, progress, runs
from annotations.models import Upload
from annotations.nlp.layout import lay_out

NAMES = (
    "items_total",
    "items_open",
    "items_asking",
    "items_refused",
    "items_duplicate",
    "items_stopped",
    "runs_total",
    "runs_done",
    "runs_failed",
    "runs_stopped",
)


def counted(upload: Upload) -> dict[str, int]:
    """Return the numbers that the import's row has."""
    return Upload.objects.values(*NAMES).get(pk=upload.pk)


def from_rows(upload: Upload) -> dict[str, int]:
    """Return the numbers by a count of the items and runs that are there."""
    items = list(upload.items.values_list("state", flat=True))
    states = list(upload.runs.values_list("state", flat=True))
    found = Counter(progress.COUNTED[UploadState(state)] for state in items if state in progress.COUNTED)
    found += Counter(runs.COUNTED[state] for state in states if state in runs.COUNTED)
    found["items_total"], found["runs_total"] = len(items), len(states)
    return {name: found[name] for name in NAMES}


def annotate_all(upload: Upload) -> None:
    """End every queued run of the import well, with a draft that cost nothing."""
    lease = uuid4()
    for run in upload.runs.filter(state="queued").select_related("article"):
        runs.take_batch(run_ids=[run.pk], lease=lease)
        run.refresh_from_db()
        annotation.store_draft(run=run, draft=lay_out(run.article.text))
