"""Reading uploads in a child process with a limit on memory and time, so that no file can hurt the worker.

The child is kept for the next file; it is ended, and a new one started, where it hangs, dies or has run long.
"""

import atexit
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from annotations.readers.document import DEFAULT_LIMITS, Limits, Refused, SourceDocument, SourceFormat

ROOT = Path(__file__).resolve().parent.parent.parent
# A child is replaced after so many files, so that what a library never gives back can't add up.
MOST_JOBS = 200
# No honest result is longer: an article has at most a million characters, of six bytes each as JSON.
_LONGEST_LINE = 64 * 1024 * 1024

TOO_SLOW = (
    "Reading this file took longer than {:.0f} seconds: "
    "split it, save it in another format, or paste the text."
)
_DIED = "Reading this file broke off: save it in another format, or paste the text."


@dataclass(frozen=True, slots=True)
class UnpackedMember:
    """A file of a zip: its name for people, and where its bytes are, or why it was refused."""

    name: str
    file: Path | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class TableFound:
    """What a table holds, before anybody has said which column is what: see `tables.ArticleTable`."""

    columns: list[str]
    mapping: dict[str, str]
    sample: list[list[str]]
    row_count: int


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table, counted from 1: its article, or why it was refused."""

    number: int
    document: SourceDocument | Refused


Found = SourceDocument | UnpackedMember | TableFound | TableRow


class _Child:
    """One child process and its pipes."""

    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        self.jobs = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "annotations.readers.child", str(memory_bytes)],
            cwd=ROOT,
            # Threads of numeric libraries would each reserve memory that no reader uses.
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None  # noqa: S101 - for the type checker
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        self._jobs_in, self._answers = self._process.stdin, self._process.stdout
        self._buffer = bytearray()

    def is_fit(self, memory_bytes: int) -> bool:
        """Say whether the child can take another job under this limit."""
        return self._process.poll() is None and self.memory_bytes == memory_bytes and self.jobs < MOST_JOBS

    def start_job(self, job: Mapping[str, Any]) -> None:
        """Hand it a job. Raises BrokenPipeError where it has just died."""
        self.jobs += 1
        self._jobs_in.write(json.dumps(job).encode() + b"\n")
        self._jobs_in.flush()

    def next_line(self, seconds: float) -> bytes | None:
        """Return its next line, empty where it has died, None where it says nothing for so many seconds."""
        give_up_at = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._answers, selectors.EVENT_READ)
            while (end := self._buffer.find(b"\n")) < 0:
                left = give_up_at - time.monotonic()
                if left <= 0 or not selector.select(left):
                    return None
                piece = os.read(self._answers.fileno(), 1024 * 1024)
                self._buffer += piece
                if not piece or len(self._buffer) > _LONGEST_LINE:
                    return b""
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def end(self) -> None:
        """End it at once."""
        self._process.kill()
        with suppress(OSError):  # what was not sent yet goes nowhere
            self._jobs_in.close()
        self._answers.close()
        self._process.wait()


_child: _Child | None = None  # of this process, which reads one file at a time


def read_apart(
    path: Path,
    *,
    name: str,
    into: Path,
    mapping: Mapping[str, str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Found]:
    """Yield what the upload spooled at `path` holds: one document, the members of a zip, a table or its rows.

    Members are unpacked into the folder `into`. `mapping` gives the column of each field of a table; without
    it a table is only looked at. Raises Refused, before or between results, with a sentence for the person:
    where the file can't be read, where it takes more than `limits.memory_bytes`, and where nothing comes for
    `limits.read_seconds`.
    """
    global _child
    if _child is None or not _child.is_fit(limits.memory_bytes):
        end_child()
        _child = _Child(limits.memory_bytes)
    child = _child
    job = {
        "path": str(path),
        "name": name,
        "into": str(into),
        "mapping": None if mapping is None else dict(mapping),
        "limits": asdict(limits),
    }
    is_whole = False
    try:
        child.start_job(job)
        while True:
            line = child.next_line(limits.read_seconds)
            if line is None:
                raise Refused(TOO_SLOW.format(limits.read_seconds))
            if not line:
                raise Refused(_DIED)
            result = json.loads(line)
            is_whole = "end" in result
            if "refused" in result:
                raise Refused(str(result["refused"]))
            if set(result) != {"end"}:
                yield _found(result, into)
            if is_whole:
                return
    except (BrokenPipeError, ValueError, KeyError, TypeError) as error:
        raise Refused(_DIED) from error
    finally:
        if not is_whole:  # what the child would still say belongs to nobody
            end_child()


def end_child() -> None:
    """End this process's child, if it has one."""
    global _child
    if _child is not None:
        _child.end()
        _child = None


atexit.register(end_child)


def _found(result: Mapping[str, Any], into: Path) -> Found:
    if "member" in result:
        file = into / str(int(result["file"])) if "file" in result else None
        return UnpackedMember(str(result["member"]), file, str(result.get("refusal", "")))
    if "table" in result:
        return TableFound(**result["table"])
    if "row" in result:
        refusal = result.get("refusal")
        document = Refused(refusal) if refusal else _document(result["document"])
        return TableRow(int(result["row"]), document)
    return _document(result["document"])


def _document(fields: Mapping[str, Any]) -> SourceDocument:
    day = fields["published_on"]
    return SourceDocument(
        **{
            **fields,
            "source_format": SourceFormat(fields["source_format"]),
            "published_on": date.fromisoformat(day) if day else None,
            "notes": tuple(fields["notes"]),
        }
    )
