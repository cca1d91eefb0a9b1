"""Uploads: bytes into the spool, from which `domain.reading` reads them, in the worker, into articles."""

import logging
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from annotations.choices import UploadState
from annotations.domain import progress
from annotations.models import ArticleSet, Upload, UploadItem, User
from annotations.readers import Limits

logger = logging.getLogger(__name__)


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
    upload = start_import(by=by, described=described)
    items = _spooled(upload, files)
    UploadItem.objects.bulk_create(items)
    closed = UploadItem.objects.bulk_create(
        UploadItem(upload=upload, name=shown(name), state=UploadState.REFUSED.value, message=reason)
        for name, reason in refused
    )
    progress.count_items(upload.pk, {UploadState.WAITING: len(items), UploadState.REFUSED: len(closed)})
    return upload


def _spooled(upload: Upload, files: Iterable[tuple[str, BinaryIO]]) -> list[UploadItem]:
    items: list[UploadItem] = []
    try:
        for name, content in files:
            item = UploadItem(upload=upload, name=shown(name))
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


def start_import(*, by: User, described: Described) -> Upload:
    """Return an import without files yet, for a command that reads them itself."""
    return Upload.objects.create(
        uploaded_by=by,
        title=described.title,
        outlet=described.outlet,
        url=described.url,
        published_on=described.published_on,
        article_set=described.article_set,
    )


def spool_path(item: UploadItem) -> Path:
    """Return where the item's bytes lie; the name people gave is never part of it."""
    settings.SPOOL_DIR.mkdir(parents=True, exist_ok=True)
    return Path(settings.SPOOL_DIR) / str(item.spool)


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
    item.losses = 0
    item.created_at = timezone.now()
    item.save()
    progress.count(item.upload_id, items_asking=-1, items_open=1)
    return True


def shown(name: str) -> str:
    """Return a file name as it can be stored and shown: one line, no path, at most 300 code points."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(character if character.isprintable() else "�" for character in last)[:300] or "unnamed"
