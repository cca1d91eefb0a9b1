"""Everything readable below some paths, for the command line: folders, zips and tables are opened."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from annotations.readers.archive import archive_members
from annotations.readers.document import (
    DEFAULT_LIMITS,
    TABLE_FORMATS,
    Limits,
    Refused,
    SourceDocument,
    SourceFormat,
)
from annotations.readers.formats import format_of
from annotations.readers.registry import read_document
from annotations.readers.tables import open_table

Outcome = tuple[str, str, SourceDocument | Refused]


def read_paths(paths: Iterable[Path], *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Outcome]:
    """Yield (id, source name, article or refusal) in input order; the files of a folder sorted by path.

    The id is the file's stem, with `-3` behind it for the third row of a table. The source name is the
    file's name, or its path inside the folder or zip that was given. Hidden files in folders are passed
    over. Tables are read by the mapping that their column names suggest.
    """
    with TemporaryDirectory(prefix="newsdesk-") as folder:
        spool = Path(folder) / "member"
        for path in paths:
            if os.path.isdir(path):  # which is False, not an error, for a name that no file can have
                for file in _files(path):
                    yield from _outcomes(file, file.relative_to(path.parent).as_posix(), spool, limits)
            else:
                yield from _outcomes(path, path.name, spool, limits)


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _outcomes(path: Path, name: str, spool: Path, limits: Limits) -> Iterator[Outcome]:
    stem = PurePosixPath(name).stem
    # A pipe or a device would be waited on for ever.
    if not os.path.isfile(path):
        yield stem, name, Refused("There is no such file: check its path.")
        return
    try:
        source_format = format_of(path, name=name, limits=limits)
        if source_format is SourceFormat.ZIP:
            yield from _member_outcomes(path, name, spool, limits)
        elif source_format in TABLE_FORMATS:
            table = open_table(path, name=name, limits=limits)
            for number, outcome in table.documents(table.mapping):
                yield f"{stem}-{number}", f"{name}, row {number}", outcome
        else:
            yield stem, name, read_document(path, name=name, limits=limits)
    except Refused as refused:
        yield stem, name, refused
    except OSError as error:
        yield stem, name, Refused(f"This file can't be opened ({error.strerror}): check its permissions.")


def _member_outcomes(path: Path, name: str, spool: Path, limits: Limits) -> Iterator[Outcome]:
    for member in archive_members(path, limits=limits):
        member_name = f"{name}/{member.name}"
        try:
            member.copy_to(spool)
        except Refused as refused:
            yield PurePosixPath(member.name).stem, member_name, refused
        else:
            yield from _outcomes(spool, member_name, spool, limits)
