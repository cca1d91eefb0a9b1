"""Indexes that are made and dropped while the desk works: no table stands still meanwhile on PostgreSQL.

For migrations with `atomic = False`. SQLite, where nobody can write meanwhile anyway, does it the usual way.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.migrations import AddIndex, RemoveIndex


def _is_postgresql(schema_editor):
    return schema_editor.connection.vendor == "postgresql"


class AddIndexLive(AddIndexConcurrently):
    """Add an index, concurrently where the database can."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        kind = AddIndexConcurrently if _is_postgresql(schema_editor) else AddIndex
        kind.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        kind = AddIndexConcurrently if _is_postgresql(schema_editor) else AddIndex
        kind.database_backwards(self, app_label, schema_editor, from_state, to_state)


class RemoveIndexLive(RemoveIndexConcurrently):
    """Remove an index, concurrently where the database can."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        kind = RemoveIndexConcurrently if _is_postgresql(schema_editor) else RemoveIndex
        kind.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        kind = RemoveIndexConcurrently if _is_postgresql(schema_editor) else RemoveIndex
        kind.database_backwards(self, app_label, schema_editor, from_state, to_state)
