"""Many rows of a draft into their tables, without a model's object for each, which takes longest of all."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection
from django.db.models import Model

from annotations.models import Candidate, ClaimSpan, Mention


class MentionRow(NamedTuple):
    """A `Mention`."""

    article_id: int
    start: int
    end: int
    form: str
    speaker_id: int | None


class SpanRow(NamedTuple):
    """A `ClaimSpan`."""

    article_id: int
    claim_id: int
    role: str
    position: int
    start: int
    end: int


class CandidateRow(NamedTuple):
    """A `Candidate`."""

    claim_id: int
    speaker_id: int
    position: int


def store_mentions(rows: Iterable[MentionRow]) -> None:
    """Store mentions, in the order given."""
    _store(Mention, MentionRow._fields, rows)


def store_spans(rows: Iterable[SpanRow]) -> None:
    """Store spans of claims."""
    _store(ClaimSpan, SpanRow._fields, rows)


def store_candidates(rows: Iterable[CandidateRow]) -> None:
    """Store whom claims may belong to."""
    _store(Candidate, CandidateRow._fields, rows)


def _store(model: type[Model], columns: Iterable[str], rows: Iterable[tuple[int | str | None, ...]]) -> None:
    found = list(rows)
    if not found:
        return
    quoted = [connection.ops.quote_name(column) for column in columns]
    into = f"{connection.ops.quote_name(model._meta.db_table)} ({', '.join(quoted)})"
    # An error while rows are copied would not be one of Django's otherwise.
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in found:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(quoted))
            cursor.executemany(f"INSERT INTO {into} VALUES ({places})", found)  # noqa: S608 - names of ours
