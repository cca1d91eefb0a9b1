"""Uploads: bytes into the spool, and from there, in the worker, into articles or a refusal that helps."""

import logging
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotations import readers
from annotations.choices import UploadState
from annotations.domain import articles
from annotations.models import ArticleSet, Upload, UploadItem, User
from annotations.queries.work import LOST_AFTER
from annotations.readers.document import Limits, Refused, SourceDocument, SourceFormat

logger = logging.getLogger(__name__)

MAX_TRIES = 3


@dataclass(frozen=True, slots=True)
class Described:
    """What the person said about all the files of one upload; each wins over what a file says of itself."""

    title: str = ""
    outlet: str = ""
    url: str = ""
    published_on: date | None = None
    article_set: ArticleSet | None = None


class NoRoom(Exception):
    """The spool could not be written, most likely for lack of disk; nothing was kept."""


@dataclass(slots=True)
class Outcome:
    """What reading one item led to: runs and further items that the caller enqueues."""

    run_ids: list[int] = field(default_factory=list)
    item_ids: list[int] = field(default_factory=list)


def limits() -> Limits:
    """Return the limits that the settings give."""
    return Limits(
        file_bytes=settings.UPLOAD_FILE_BYTES,
        article_characters=settings.UPLOAD_ARTICLE_CHARACTERS,
        archive_files=settings.UPLOAD_ARCHIVE_FILES,
        archive_bytes=settings.UPLOAD_ARCHIVE_BYTES,
    )


@transaction.atomic
def start_upload(
    *,
    by: User,
    described: Described,
    files: Iterable[tuple[str, BinaryIO]],
    refused: Iterable[tuple[str, str]] = (),
) -> Upload:
    """Spool the files and return the upload, whose waiting items the caller enqueues.

    `files` are pairs of name and open bytes; `refused` are pairs of name and the reason why the file did
    not even reach the spool. Raises NoRoom where the spool can't be written.
    """
    upload = Upload.objects.create(
        uploaded_by=by,
        title=described.title,
        outlet=described.outlet,
        url=described.url,
        published_on=described.published_on,
        article_set=described.article_set,
    )
    items = _spooled(upload, files)
    UploadItem.objects.bulk_create(items)
    UploadItem.objects.bulk_create(
        UploadItem(upload=upload, name=_shown(name), state=UploadState.REFUSED.value, message=reason)
        for name, reason in refused
    )
    return upload


def _spooled(upload: Upload, files: Iterable[tuple[str, BinaryIO]]) -> list[UploadItem]:
    items: list[UploadItem] = []
    try:
        for name, content in files:
            item = UploadItem(upload=upload, name=_shown(name))
            items.append(item)
            path = spool_path(item)
            with path.open("wb") as spooled:
                shutil.copyfileobj(content, spooled)
            item.size = path.stat().st_size
    except OSError as error:
        logger.exception("the spool could not be written")
        with suppress(OSError):
            for item in items:
                spool_path(item).unlink(missing_ok=True)
        raise NoRoom from error
    return items


def spool_path(item: UploadItem) -> Path:
    """Return where the item's bytes lie; the name people gave is never part of it."""
    settings.SPOOL_DIR.mkdir(parents=True, exist_ok=True)
    return Path(settings.SPOOL_DIR) / str(item.spool)


def read_item(*, item_id: int) -> Outcome:
    """Read a waiting item in the worker; an item in any other state is left alone.

    A file that can't be read is refused with a sentence; the others go on.
    """
    started = UploadItem.objects.filter(pk=item_id, state=UploadState.WAITING).update(
        state=UploadState.READING, tries=F("tries") + 1, heartbeat_at=timezone.now()
    )
    if not started:
        return Outcome()
    item = UploadItem.objects.select_related("upload__article_set", "upload__uploaded_by").get(pk=item_id)
    try:
        return _read(item)
    except Refused as refused:
        _close(item, UploadState.REFUSED, str(refused))
    except Exception:
        logger.exception("upload item %s could not be read", item.pk)
        _close(item, UploadState.REFUSED, "Something went wrong while this file was read: upload it again.")
    return Outcome()


@transaction.atomic
def confirm_mapping(*, item: UploadItem, mapping: dict[str, str]) -> bool:
    """Accept which column of a table is which field, and make the item wait for its rows to be read.

    Returns False where somebody confirmed it already.
    """
    item = UploadItem.objects.select_for_update().get(pk=item.pk)
    if item.state != UploadState.MAPPING:
        return False
    item.columns = {**item.columns, "mapping": mapping, "is_confirmed": True}
    item.state = UploadState.WAITING.value
    item.tries = 0
    item.created_at = timezone.now()
    item.save()
    return True


def keep_alive(*, item_id: int) -> None:
    """Say that the item's worker is at work."""
    UploadItem.objects.filter(pk=item_id, state=UploadState.READING).update(heartbeat_at=timezone.now())


def take_up_lost_items() -> list[int]:
    """Make items whose worker fell silent wait again and return their ids; the third time refuse them."""
    silent = UploadItem.objects.filter(
        state=UploadState.READING, heartbeat_at__lt=timezone.now() - LOST_AFTER
    )
    again = []
    for item in silent:
        if item.tries >= MAX_TRIES:
            _close(
                item,
                UploadState.REFUSED,
                "The worker stopped three times while it read this file: split it, or save it differently.",
            )
        elif UploadItem.objects.filter(pk=item.pk, state=UploadState.READING, tries=item.tries).update(
            state=UploadState.WAITING
        ):
            again.append(item.pk)
    return again


def _read(item: UploadItem) -> Outcome:
    path, rules = spool_path(item), limits()
    if not path.exists():
        raise Refused("The bytes of this file are gone from the spool: upload it again.")
    kind = readers.format_of(path, name=item.name, limits=rules)
    if kind == SourceFormat.ZIP:
        return _unpack(item, path, rules)
    if kind in readers.TABLE_FORMATS:
        return _read_table(item, path, rules)
    return _store(item, readers.read_document(path, name=item.name, limits=rules))


def _unpack(item: UploadItem, path: Path, rules: Limits) -> Outcome:
    """Copy the members of a zip into the spool, each an item of its own, once all of them could be."""
    children: list[UploadItem] = []
    try:
        for member in readers.archive_members(path, limits=rules):
            child = UploadItem(upload=item.upload, parent=item, name=_shown(member.name))
            try:
                member.copy_to(spool_path(child))
                child.size = spool_path(child).stat().st_size
            except Refused as refused:
                child.state, child.message = UploadState.REFUSED.value, str(refused)
            children.append(child)
        if not children:
            raise Refused("This zip holds no files: check that it was packed as you meant.")
        with transaction.atomic():
            UploadItem.objects.bulk_create(children)
            _close(item, UploadState.UNPACKED, f"{len(children)} files inside.")
    except BaseException:
        for child in children:
            spool_path(child).unlink(missing_ok=True)
        raise
    return Outcome(item_ids=[child.pk for child in children if child.state == UploadState.WAITING])


def _read_table(item: UploadItem, path: Path, rules: Limits) -> Outcome:
    """Show the columns of a table first; once they are confirmed, store its rows as articles."""
    table = readers.open_table(path, name=item.name, limits=rules)
    if not item.columns.get("is_confirmed"):
        item.columns = {
            "columns": list(table.columns),
            "mapping": dict(table.mapping),
            "sample": [[row.get(column, "") for column in table.columns] for row in table.sample],
            "row_count": table.row_count,
        }
        item.state = UploadState.MAPPING.value
        item.save(update_fields=["columns", "state"])
        return Outcome()
    outcome = Outcome()
    for number, document in table.documents(item.columns["mapping"]):
        keep_alive(item_id=item.pk)
        name = f"{item.name}, row {number}"
        # A worker that died in the middle of the table goes on where it stopped.
        row, is_new = UploadItem.objects.get_or_create(
            upload=item.upload, parent=item, name=_shown(name), defaults={"state": UploadState.READING.value}
        )
        if not is_new and row.state != UploadState.READING:
            continue
        if isinstance(document, Refused):
            _close(row, UploadState.REFUSED, str(document))
        else:
            outcome.run_ids += _store(row, document, from_table=True).run_ids
    _close(item, UploadState.UNPACKED, f"{item.columns['row_count']} rows.")
    return outcome


def _store(item: UploadItem, document: SourceDocument, *, from_table: bool = False) -> Outcome:
    upload = item.upload
    # A title or an address belongs to one article, so for a table or an archive only the rest is filled in.
    is_alone = not from_table and item.parent_id is None and upload.items.count() == 1
    document = replace(
        document,
        title=(upload.title if is_alone else "") or document.title,
        url=(upload.url if is_alone else "") or document.url,
        outlet=upload.outlet or document.outlet,
        published_on=upload.published_on or document.published_on,
    )
    notes = " ".join(document.notes)
    # One transaction, so that a worker killed in between does not meet its own article as a duplicate.
    with transaction.atomic():
        try:
            run = articles.store_article(
                document=document,
                by=upload.uploaded_by,
                source_name=item.name,
                article_set=upload.article_set,
            )
        except articles.AlreadyThere as already:
            item.article = already.article
            _close(item, UploadState.DUPLICATE, "The same text was uploaded before.")
            return Outcome()
        item.article = run.article
        _close(item, UploadState.READ, notes)
        return Outcome(run_ids=[run.pk])


def _close(item: UploadItem, state: UploadState, message: str) -> None:
    """Give the item its outcome; its bytes are not needed any more."""
    item.state, item.message = state.value, message
    item.save(update_fields=["state", "message", "article"])
    with suppress(OSError):
        spool_path(item).unlink(missing_ok=True)


def _shown(name: str) -> str:
    """Return a file name as it can be stored and shown: one line, no path, at most 300 code points."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(character if character.isprintable() else "�" for character in last)[:300] or "unnamed"
