"""Reading what was uploaded: in the worker, from the spool into articles or a refusal that helps.

An item is read by one worker at a time: only the try that still holds it may give it its outcome, and what it
led to is stored in the same transaction, so that a worker killed in between leaves nothing half done.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Now

from annotations import readers
from annotations.choices import UploadState
from annotations.domain import articles, progress, uploads
from annotations.domain.uploads import shown, spool_path
from annotations.models import Upload, UploadItem
from annotations.queries.work import fell_silent
from annotations.readers import Refused, SourceDocument

logger = logging.getLogger(__name__)

MAX_LOSSES = 6
# Rows of a table that are stored together, and after which a worker that died goes on.
ROWS_TOGETHER = 20


@dataclass(slots=True)
class Outcome:
    """What reading led to: runs and further items that the caller enqueues."""

    run_ids: list[int] = field(default_factory=list)
    item_ids: list[int] = field(default_factory=list)


class _TakenAway(Exception):
    """The item is not this try's any more: it was stopped, or given to another worker."""


def read_item(*, item_id: int) -> Iterator[Outcome]:
    """Read a waiting item and yield what it leads to, as it does; an item in any other state is left alone.

    A file that can't be read is refused with a sentence; the others go on. Raises OperationalError and
    InterfaceError where the database is away: the item falls silent then and is taken up again.
    """
    started = UploadItem.objects.filter(pk=item_id, state=UploadState.WAITING).update(
        state=UploadState.READING, tries=F("tries") + 1, heartbeat_at=Now()
    )
    if not started:
        return
    item = UploadItem.objects.select_related("upload__article_set", "upload__uploaded_by").get(pk=item_id)
    try:
        try:
            yield from _read(item)
        except Refused as refused:
            _close(item, UploadState.REFUSED, str(refused))
        except (OperationalError, InterfaceError, _TakenAway):
            raise
        except Exception:
            logger.exception("upload item %s could not be read", item.pk)
            _close(
                item, UploadState.REFUSED, "Something went wrong while this file was read: upload it again."
            )
    except _TakenAway:
        logger.info("upload item %s is not this worker's any more", item_id)


@transaction.atomic
def take_in(*, upload: Upload, name: str, found: SourceDocument | Refused) -> tuple[UploadItem, list[int]]:
    """Store what a command read of one file for its import; return the item with its outcome, and the run."""
    item = UploadItem(upload=upload, name=shown(name))
    run_ids = _store(item, found, is_alone=False)
    item.save()
    progress.count_items(upload.pk, {UploadState(item.state): 1}, runs=len(run_ids))
    return item, run_ids


def keep_alive(*, item_id: int) -> None:
    """Say that the item's worker is at work."""
    UploadItem.objects.filter(pk=item_id, state=UploadState.READING).update(heartbeat_at=Now())


def take_up_lost_items() -> list[int]:
    """Make items whose worker fell silent wait again and return their ids; after six times refuse them."""
    again = []
    for item in UploadItem.objects.filter(fell_silent(), state=UploadState.READING):
        with suppress(_TakenAway):
            if item.losses + 1 >= MAX_LOSSES:
                _close(
                    item,
                    UploadState.REFUSED,
                    f"The worker stopped {MAX_LOSSES} times while it read this file: split it, or save it "
                    "differently.",
                )
            else:
                _hold(item, state=UploadState.WAITING, losses=F("losses") + 1)
                again.append(item.pk)
    return again


def _read(item: UploadItem) -> Iterator[Outcome]:
    path, is_confirmed = spool_path(item), item.columns.get("is_confirmed")
    if not path.exists():
        raise Refused("The bytes of this file are gone from the spool: upload it again.")
    with TemporaryDirectory(prefix="unpacking-", dir=settings.SPOOL_DIR) as folder:
        found = readers.read_apart(
            path,
            name=item.name,
            into=Path(folder),
            mapping=item.columns["mapping"] if is_confirmed else None,
            limits=uploads.limits(),
        )
        match first := next(found):
            case SourceDocument():
                yield _store_file(item, first)
            case readers.TableFound():
                _show_columns(item, first)
            case readers.UnpackedMember():
                yield _unpack(item, chain([first], found))
            case readers.TableRow():
                yield from _read_rows(item, chain([first], found))


def _unpack(item: UploadItem, members: Iterable[readers.Found]) -> Outcome:
    """Move the members of a zip into the spool, each an item of its own, once all of them could be."""
    children: list[UploadItem] = []
    try:
        for member in members:
            if not isinstance(member, readers.UnpackedMember):
                continue
            child = UploadItem(upload=item.upload, parent=item, name=shown(member.name))
            if member.file is None:
                child.state, child.message = UploadState.REFUSED.value, member.refusal
            else:
                member.file.replace(spool_path(child))
                child.size = spool_path(child).stat().st_size
            children.append(child)
        with transaction.atomic():
            _hold(item, state=UploadState.UNPACKED, message=f"{len(children)} files inside.")
            UploadItem.objects.bulk_create(children)
            states = Counter(UploadState(child.state) for child in children)
            progress.count_items(item.upload_id, states + Counter({UploadState.UNPACKED: 1}), closed=1)
    except BaseException:
        for child in children:
            spool_path(child).unlink(missing_ok=True)
        raise
    _forget_bytes(item)
    return Outcome(item_ids=[child.pk for child in children if child.state == UploadState.WAITING])


def _show_columns(item: UploadItem, table: readers.TableFound) -> None:
    """Ask which column of a table is which field, before any row is read."""
    with transaction.atomic():
        _hold(item, state=UploadState.MAPPING, columns=asdict(table))
        progress.count_items(item.upload_id, {UploadState.MAPPING: 1}, closed=1)


def _read_rows(item: UploadItem, rows: Iterator[readers.Found]) -> Iterator[Outcome]:
    """Store the rows of a table whose columns are confirmed, some in a transaction, from where it stopped."""
    rows_read = item.rows_read
    later = (row for row in rows if isinstance(row, readers.TableRow) and row.number > rows_read)
    while together := list(islice(later, ROWS_TOGETHER)):
        outcome = Outcome()
        states: Counter[UploadState] = Counter()
        with transaction.atomic():
            _hold(item, rows_read=together[-1].number, heartbeat_at=Now(), losses=0)
            for row in together:
                child = UploadItem(
                    upload=item.upload, parent=item, name=shown(f"{item.name}, row {row.number}")
                )
                outcome.run_ids += _store(child, row.document, is_alone=False)
                child.save()
                states[UploadState(child.state)] += 1
            progress.count_items(item.upload_id, states, runs=len(outcome.run_ids))
        yield outcome
    _close(item, UploadState.UNPACKED, f"{item.columns['row_count']} rows.")


def _store_file(item: UploadItem, document: SourceDocument) -> Outcome:
    # A title or an address belongs to one article, so for several files only the rest is filled in.
    is_alone = item.parent_id is None and not item.upload.items.exclude(pk=item.pk).exists()
    with transaction.atomic():
        run_ids = _store(item, document, is_alone=is_alone)
        _hold(item, state=item.state, message=item.message, article=item.article)
        progress.count_items(item.upload_id, {UploadState(item.state): 1}, closed=1, runs=len(run_ids))
    _forget_bytes(item)
    return Outcome(run_ids=run_ids)


def _store(item: UploadItem, found: SourceDocument | Refused, *, is_alone: bool) -> list[int]:
    """Store what was read of an item, set its outcome on it, unsaved, and return the run, if there is one."""
    if isinstance(found, Refused):
        item.state, item.message = UploadState.REFUSED.value, str(found)
        return []
    upload = item.upload
    try:
        run = articles.store_article(
            document=_described(found, upload, is_alone=is_alone),
            by=upload.uploaded_by,
            source_name=item.name,
            article_set=upload.article_set,
            upload=upload,
        )
    except articles.AlreadyThere as already:
        item.article = already.article
        item.state, item.message = UploadState.DUPLICATE.value, "The same text was uploaded before."
        return []
    item.article = run.article
    item.state, item.message = UploadState.READ.value, " ".join(found.notes)
    return [run.pk]


def _described(document: SourceDocument, upload: Upload, *, is_alone: bool) -> SourceDocument:
    """Return the document with what the person said about all files of the upload."""
    return replace(
        document,
        title=(upload.title if is_alone else "") or document.title,
        url=(upload.url if is_alone else "") or document.url,
        outlet=upload.outlet or document.outlet,
        published_on=upload.published_on or document.published_on,
    )


def _close(item: UploadItem, state: UploadState, message: str) -> None:
    """Give the item its outcome; its bytes are not needed any more."""
    with transaction.atomic():
        _hold(item, state=state, message=message)
        progress.count_items(item.upload_id, {state: 1}, closed=1)
    _forget_bytes(item)


def _hold(item: UploadItem, **changes: object) -> None:
    """Change the item where this try still holds it. Raises _TakenAway where it does not."""
    held = UploadItem.objects.filter(pk=item.pk, state=UploadState.READING, tries=item.tries)
    if not held.update(**changes):
        raise _TakenAway


def _forget_bytes(item: UploadItem) -> None:
    with suppress(OSError):
        spool_path(item).unlink(missing_ok=True)
