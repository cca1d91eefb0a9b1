"""The child process in which uploads are read: one job a line on standard input, its results as lines back.

It is started by `annotations.readers.apart`, with its memory in bytes as the one argument. What comes back is
JSON, never pickles: a child that a hostile file has taken over can't make its parent run anything.
"""

import json
import logging
import os
import re
import resource
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from annotations.readers.archive import archive_members
from annotations.readers.document import TABLE_FORMATS, Limits, Refused, SourceDocument, SourceFormat
from annotations.readers.formats import format_of
from annotations.readers.registry import read_document
from annotations.readers.tables import open_table

OUT_OF_MEMORY = (
    "Reading this file took more memory than any article needs: save it in another format, or paste the text."
)


def results_of(job: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what becomes of the file: its document, its members, its columns, or its rows. Raises Refused."""
    path, name, limits = Path(job["path"]), job["name"], Limits(**job["limits"])
    kind = format_of(path, name=name, limits=limits)
    if kind is SourceFormat.ZIP:
        yield from _members(path, Path(job["into"]), limits)
    elif kind not in TABLE_FORMATS:
        yield {"document": _fields(read_document(path, name=name, limits=limits)), "end": True}
    elif job["mapping"] is None:
        table = open_table(path, name=name, limits=limits)
        sample = [[row.get(column, "") for column in table.columns] for row in table.sample]
        yield {
            "table": {
                "columns": list(table.columns),
                "mapping": dict(table.mapping),
                "sample": sample,
                "row_count": table.row_count,
            },
            "end": True,
        }
    else:
        table = open_table(path, name=name, limits=limits)
        for number, document in table.documents(job["mapping"]):
            if isinstance(document, Refused):
                yield {"row": number, "refusal": str(document)}
            else:
                yield {"row": number, "document": _fields(document)}


def _members(path: Path, into: Path, limits: Limits) -> Iterator[dict[str, Any]]:
    for number, member in enumerate(archive_members(path, limits=limits)):
        try:
            member.copy_to(into / str(number))
        except Refused as refused:
            yield {"member": member.name, "refusal": str(refused)}
        else:
            yield {"member": member.name, "file": str(number)}


def _fields(document: SourceDocument) -> dict[str, Any]:
    day = document.published_on
    return {**asdict(document), "published_on": day.isoformat() if day else None}


def _limit_memory(most: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Do jobs until standard input ends."""
    # The library for a format may print; only lines of ours may reach the parent.
    with os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1) as answers:
        os.dup2(2, 1)
        logging.basicConfig(level=logging.ERROR)
        _limit_memory(int(sys.argv[1]))
        for line in sys.stdin:
            for result in _answers(json.loads(line)):
                answers.write(json.dumps(result) + "\n")


def _answers(job: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the results, the last with `end`, and the reason where the file is refused."""
    seconds = int(job["limits"]["read_seconds"]) + 10
    result: dict[str, Any] = {}
    try:
        signal.alarm(seconds)  # the parent is quicker; this is for a parent that is there no more
        for result in results_of(job):
            yield result
            signal.alarm(seconds)
        if "end" not in result:
            yield {"end": True}
    except (Refused, MemoryError) as error:
        if _is_for_memory(error):
            yield {"refused": OUT_OF_MEMORY}  # without an end: what is left of this process is not to be used
        else:
            yield {"end": True, "refused": str(error)}
    finally:
        signal.alarm(0)


def _is_for_memory(error: BaseException) -> bool:
    """Say whether memory was what a reader lacked.

    lxml calls it an unknown error, so a reader that failed after it had taken half of the limit counts too.
    """
    if isinstance(error, MemoryError) or isinstance(error.__cause__, MemoryError):
        return True
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    return error.__cause__ is not None and 2 * _peak_bytes() > most


def _peak_bytes() -> int:
    """Return the most address space that this process has had, 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    peak = re.search(r"^VmPeak:\s*(\d+) kB", status, re.MULTILINE)
    return int(peak[1]) * 1024 if peak else 0


if __name__ == "__main__":
    main()
