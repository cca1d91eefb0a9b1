"""What each speaker said in an export: claims, words and articles, counted while the rows pass by.

The counts stand in a temporary SQLite database, which goes to disk when it grows: a desk may have as many
speakers as it has claims.
"""

import sqlite3
from collections.abc import Iterator
from itertools import islice
from types import TracebackType
from typing import Self

from annotations.exports.csv import cell
from annotations.exports.row import BAR, ClaimRow, Export

SPEAKER_COLUMNS = (
    "id",
    "name",
    "aliases",
    "kind",
    "role",
    "external_id",
    "gender",
    "basis",
    "claims",
    "words",
    "articles",
    "first_date",
    "last_date",
)
# Speakers whose aliases are asked for at once.
_CHUNK = 500

_TABLE = """
CREATE TABLE tally (
    id INTEGER PRIMARY KEY, name TEXT, kind TEXT, role TEXT, external_id TEXT, gender TEXT, basis TEXT,
    claims INTEGER, words INTEGER, articles INTEGER, first_date TEXT, last_date TEXT, last_article INTEGER
)
"""
# MIN and MAX of two values are NULL where either is, hence the COALESCE on both sides.
_ADD = """
INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, 1, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    claims = claims + 1,
    words = words + excluded.words,
    articles = articles + (last_article IS NOT excluded.last_article),
    first_date = MIN(COALESCE(first_date, excluded.first_date), COALESCE(excluded.first_date, first_date)),
    last_date = MAX(COALESCE(last_date, excluded.last_date), COALESCE(excluded.last_date, last_date)),
    last_article = excluded.last_article
"""
_READ = """
SELECT id, name, kind, role, external_id, gender, basis, claims, words, articles, first_date, last_date
FROM tally ORDER BY name, id
"""


class SpeakerTally:
    """Counts by speaker; a context manager, since it holds a temporary database."""

    def __enter__(self) -> Self:
        # The empty name makes a private database that spills to disk and is deleted when closed.
        self._database = sqlite3.connect("")
        self._database.execute(_TABLE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, row: ClaimRow) -> None:
        """Count a claim; one without a speaker counts for nobody. The rows of an article come together."""
        if row.speaker_id is None:
            return
        published_on = None if row.published_on is None else row.published_on.isoformat()
        self._database.execute(
            _ADD,
            (
                row.speaker_id,
                row.speaker,
                row.speaker_kind,
                row.speaker_role,
                row.speaker_external_id,
                row.speaker_gender,
                row.gender_basis,
                row.words,
                published_on,
                published_on,
                row.article_id,
            ),
        )

    def rows(self, export: Export) -> Iterator[tuple[str, ...]]:
        """Yield the cells of speakers.csv, by name and id. Dates are of publication, empty where unknown.

        The desk's own fields come last: empty where nobody asked, "declined" where the speaker did not say.
        """
        cursor = self._database.execute(_READ)
        while chunk := list(islice(cursor, _CHUNK)):
            ids = [speaker_id for speaker_id, *_ in chunk]
            aliases, answers = export.aliases_of(ids), export.answers_of(ids)
            for speaker_id, name, *rest in chunk:
                own = answers.get(speaker_id, {})
                yield (
                    str(speaker_id),
                    name,
                    BAR.join(aliases.get(speaker_id, ())),
                    *map(cell, rest),
                    *(own.get(label, "") for label in export.own_fields),
                )
