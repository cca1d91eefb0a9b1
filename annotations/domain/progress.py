"""Keeping count of an import: what moved is added up in its own row, in the transaction that moved it.

The row is touched last in a transaction, since every worker of a large import wants it.
"""

from django.db.models import F

from annotations.choices import UploadState
from annotations.models import Upload

# Under which number of the import an item in each state is counted; the others count in the total alone.
COUNTED = {
    UploadState.WAITING: "items_open",
    UploadState.READING: "items_open",
    UploadState.MAPPING: "items_asking",
    UploadState.REFUSED: "items_refused",
    UploadState.DUPLICATE: "items_duplicate",
    UploadState.STOPPED: "items_stopped",
}


def count(upload_id: int | None, **moved: int) -> None:
    """Add to the numbers of the import; nothing where there is no import or nothing moved."""
    changes = {name: F(name) + number for name, number in moved.items() if number}
    if upload_id and changes:
        Upload.objects.filter(pk=upload_id).update(**changes)


def count_items(upload_id: int, states: dict[UploadState, int], *, closed: int = 0, runs: int = 0) -> None:
    """Count new items by their state, `closed` ones that were open before, and new runs."""
    moved = {"items_total": sum(states.values()) - closed, "items_open": -closed, "runs_total": runs}
    for state, number in states.items():
        if name := COUNTED.get(state):
            moved[name] = moved.get(name, 0) + number
    count(upload_id, **moved)
