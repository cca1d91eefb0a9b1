"""Everything readable below some paths, for the command line: folders, zips and tables are opened.

Files are read in the child process, as uploads are: one that hangs or kills its reader stops nothing else.
"""

import os
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from annotations.readers.apart import TableFound, TableRow, UnpackedMember, read_apart
from annotations.readers.document import DEFAULT_LIMITS, Limits, Refused, SourceDocument

Outcome = tuple[str, str, SourceDocument | Refused]


def read_paths(paths: Iterable[Path], *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Outcome]:
    """Yield (id, source name, article or refusal) in input order; the files of a folder sorted by path.

    The id is the file's stem, with `-3` behind it for the third row of a table. The source name is the
    file's name, or its path inside the folder or zip that was given. Hidden files in folders are passed
    over. Tables are read by the mapping that their column names suggest.
    """
    with TemporaryDirectory(prefix="newsdesk-") as folder:
        spools = (Path(folder) / str(number) for number in count())
        for path in paths:
            if os.path.isdir(path):  # which is False, not an error, for a name that no file can have
                for file in _files(path):
                    yield from _outcomes(file, file.relative_to(path.parent).as_posix(), spools, limits)
            else:
                yield from _outcomes(path, path.name, spools, limits)


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _outcomes(path: Path, name: str, spools: Iterator[Path], limits: Limits) -> Iterator[Outcome]:
    stem = PurePosixPath(name).stem
    # A pipe or a device would be waited on for ever.
    if not os.path.isfile(path):
        yield stem, name, Refused("There is no such file: check its path.")
        return
    into = next(spools)
    into.mkdir()
    members: list[UnpackedMember] = []
    mapping: dict[str, str] | None = None
    path = path.absolute()
    try:
        with path.open("rb") as file:
            file.read(1)
        for found in read_apart(path, name=name, into=into, limits=limits):
            match found:
                case SourceDocument():
                    yield stem, name, found
                case UnpackedMember():
                    members.append(found)
                case TableFound():
                    mapping = found.mapping
        if mapping is not None:
            for row in read_apart(path, name=name, into=into, mapping=mapping, limits=limits):
                if isinstance(row, TableRow):
                    yield f"{stem}-{row.number}", f"{name}, row {row.number}", row.document
    except Refused as refused:
        yield stem, name, refused
    except OSError as error:
        yield stem, name, Refused(f"This file can't be opened ({error.strerror}): check its permissions.")
    # The child reads one file at a time: those of a zip only once the zip itself was read.
    for member in members:
        yield from _member_outcomes(member, name, spools, limits)


def _member_outcomes(
    member: UnpackedMember, name: str, spools: Iterator[Path], limits: Limits
) -> Iterator[Outcome]:
    member_name = f"{name}/{member.name}"
    if member.file is None:
        yield PurePosixPath(member.name).stem, member_name, Refused(member.refusal)
    else:
        yield from _outcomes(member.file, member_name, spools, limits)
        member.file.unlink(missing_ok=True)
