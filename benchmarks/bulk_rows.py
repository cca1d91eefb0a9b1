"""Rows of models written by the thousand: COPY on PostgreSQL, executemany elsewhere.

Whoever writes names the columns that differ from row to row; the others get their field's default, so that a
field added to a model needs no change here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from psycopg import sql

from annotations.models.search import WordsField

# The backslash first, since the others bring new ones. Several passes in C cost less than one of `translate`.
_SPECIAL = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


class BulkRows:
    """Rows that wait to be written; models in the order in which they are to be written."""

    def __init__(self, columns: Mapping[type[Model], Sequence[str]]) -> None:
        self._tables = {model: _Table(model, names) for model, names in columns.items()}

    def add(self, model: type[Model], *values: Any) -> None:
        """Keep a row: the values of the model's named columns, in their order."""
        table = self._tables[model]
        table.rows.append(values if table.words is None else (*values[:-1], table.words(values[-1])))

    def write(self) -> None:
        """Write what waits."""
        for table in self._tables.values():
            if table.rows:
                table.write()
                table.rows.clear()

    def continue_numbering(self) -> None:
        """Let the database give ids after the ones written."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self._tables)):
                cursor.execute(statement)


class _Table:
    def __init__(self, model: type[Model], names: Sequence[str]) -> None:
        fields = model._meta.concrete_fields
        given = {field.attname: field for field in fields}
        unknown = set(names) - given.keys()
        assert not unknown, f"{model.__name__} has no {unknown}"
        left = [field for field in fields if field.attname not in names and not field.primary_key]
        self.rows: list[tuple[Any, ...]] = []
        # Words are written as their field has them, and come last.
        last = given[names[-1]]
        self.words = (
            partial(last.get_db_prep_save, connection=connection) if isinstance(last, WordsField) else None
        )
        self._name = model._meta.db_table
        self._columns = [given[name].column for name in names] + [field.column for field in left]
        self._rest = tuple(
            timezone.now()
            if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
            else field.get_default()
            for field in left
        )

    def write(self) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                self._copy(cursor)
            else:
                self._insert(cursor)

    def _copy(self, cursor: Any) -> None:
        columns = sql.SQL(", ").join(map(sql.Identifier, self._columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(self._name), columns)
        rest = "".join(f"\t{_copied(value)}" for value in self._rest) + "\n"
        with cursor.copy(statement) as copy:
            copy.write("".join("\t".join(map(_copied, row)) + rest for row in self.rows))

    def _insert(self, cursor: Any) -> None:
        quoted = ", ".join(map(connection.ops.quote_name, self._columns))
        marks = ", ".join("?" * len(self._columns))
        # Past Django's cursor, which looks for its own placeholders in every row.
        cursor.connection.executemany(
            f"INSERT INTO {connection.ops.quote_name(self._name)} ({quoted}) VALUES ({marks})",
            (tuple(map(_bound, (*row, *self._rest))) for row in self.rows),
        )


def _copied(value: Any) -> str:
    """Return the value as COPY's text format has it."""
    if value is None:
        return "\\N"
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return str(value)
    for sign, written in _SPECIAL:
        value = value.replace(sign, written)
    return value


def _bound(value: Any) -> Any:
    """Return the value as SQLite takes it."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float) else value.hex


@contextmanager
def unindexed(models: Iterable[type[Model]]) -> Iterator[None]:
    """Do without the models' indexes meanwhile, but for unique ones: made at the end they cost less."""
    names = [model._meta.db_table for model in models]
    marks = ", ".join(["%s"] * len(names))
    catalogue = (
        f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({marks})"
        if connection.vendor == "postgresql"
        else f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ({marks})"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue, names)
        plain = {
            name: made for name, made in cursor.fetchall() if made and not made.startswith("CREATE UNIQUE")
        }
        for name in plain:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for made in plain.values():
            cursor.execute(made)


@contextmanager
def unchecked() -> Iterator[None]:
    """Check no foreign key meanwhile."""
    is_postgresql = connection.vendor == "postgresql"
    off, on = (
        ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT")
        if is_postgresql
        else ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
    )
    with connection.cursor() as cursor:
        cursor.execute(off)
        yield
        cursor.execute(on)
