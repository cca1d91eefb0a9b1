"""The claims with their speakers and their spans: three tables of CSV in one archive.

All three are made in one reading of the rows, so that they agree whatever happens to the desk meanwhile, and
none is held in memory: the claims are compressed as they come, the spans wait in a temporary file and the
speakers in a temporary database on disk.
"""

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace

from annotations.exports.csv import cell, guarded, stream_csv, stream_table
from annotations.exports.row import ClaimRow, Export, Offsets
from annotations.exports.speakers import SPEAKER_COLUMNS, SpeakerTally

SPAN_COLUMNS = ("claim_id", "role", "position", "start", "end", "text")
_CHUNK = 64 * 1024


def stream_zip(export: Export) -> Iterator[bytes]:
    """Yield an archive of claims.csv, speakers.csv and spans.csv."""
    sink = _Sink()
    with (
        tempfile.TemporaryFile() as spans,
        SpeakerTally() as tally,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        rows = _noting(export, tally, spans)
        yield from _member(archive, sink, "claims.csv", stream_csv(replace(export, rows=rows)))
        columns = (*SPEAKER_COLUMNS, *export.own_fields)
        speakers = stream_table(columns, tally.rows(export), bom=export.bom, raw=export.raw)
        yield from _member(archive, sink, "speakers.csv", speakers)
        spans.seek(0)
        yield from _member(archive, sink, "spans.csv", iter(lambda: spans.read(_CHUNK), b""))
    yield sink.take()


def span_cells(row: ClaimRow) -> Iterator[tuple[str, ...]]:
    """Yield the claim's spans as cells of spans.csv; `position` counts from 0 within the role.

    The text keeps its line breaks.
    """
    roles: tuple[tuple[str, tuple[Offsets, ...], tuple[str, ...]], ...] = (
        ("content", row.content_spans, row.content),
        ("cue", row.cue_spans, row.cue),
        ("source", row.source_spans, row.source),
    )
    for role, spans, pieces in roles:
        for position, ((start, end), piece) in enumerate(zip(spans, pieces, strict=True)):
            yield (cell(row.claim_id), role, str(position), str(start), str(end), piece)


def _noting(export: Export, tally: SpeakerTally, file: io.BufferedRandom) -> Iterator[ClaimRow]:
    """Pass the rows on, counting each; at the end `file` holds spans.csv."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig" if export.bom else "utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(SPAN_COLUMNS)
    for row in export.rows:
        tally.add(row)
        for cells in span_cells(row):
            writer.writerow(cells if export.raw else map(guarded, cells))
        yield row
    text.detach()  # writes out what is pending and leaves the file open


def _member(archive: zipfile.ZipFile, sink: "_Sink", name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    # The size is not known beforehand, and a table may pass the 2 GiB of a plain member.
    with archive.open(name, "w", force_zip64=True) as member:
        for chunk in chunks:
            member.write(chunk)
            if sink.size >= _CHUNK:
                yield sink.take()


class _Sink(io.RawIOBase):
    """The end of the archive that is written to: keeps bytes until they are taken. Not seekable."""

    def __init__(self) -> None:
        self._kept = bytearray()

    @property
    def size(self) -> int:
        """The number of bytes that wait."""
        return len(self._kept)

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override] # zipfile hands bytes
        self._kept += data
        return len(data)

    def take(self) -> bytes:
        """Return the bytes that wait and forget them."""
        taken = bytes(self._kept)
        self._kept.clear()
        return taken
