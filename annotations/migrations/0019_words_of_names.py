"""What finds names by how their words begin; it follows the aliases by itself, so no verb has to know of it."""

from django.db import migrations

# The words of a name as `normalise_name` put them, without PostgreSQL's own idea of a word.
WORDS = "array_to_tsvector(string_to_array(btrim(normalised), ' '))"
# A name keeps marks ("Mn") as parts of its words, which FTS5 would otherwise cut at.
FOLLOWED = (
    """
    CREATE VIRTUAL TABLE annotations_alias_fts USING fts5(
        normalised, content='annotations_alias', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 categories 'L* M* N*'", prefix='1 2 3'
    )
    """,
    """
    CREATE TRIGGER annotations_alias_added AFTER INSERT ON annotations_alias BEGIN
        INSERT INTO annotations_alias_fts(rowid, normalised) VALUES (new.id, new.normalised);
    END
    """,
    """
    CREATE TRIGGER annotations_alias_gone AFTER DELETE ON annotations_alias BEGIN
        INSERT INTO annotations_alias_fts(annotations_alias_fts, rowid, normalised)
        VALUES ('delete', old.id, old.normalised);
    END
    """,
    """
    CREATE TRIGGER annotations_alias_changed AFTER UPDATE OF normalised ON annotations_alias BEGIN
        INSERT INTO annotations_alias_fts(annotations_alias_fts, rowid, normalised)
        VALUES ('delete', old.id, old.normalised);
        INSERT INTO annotations_alias_fts(rowid, normalised) VALUES (new.id, new.normalised);
    END
    """,
    "INSERT INTO annotations_alias_fts(annotations_alias_fts) VALUES ('rebuild')",
)


def make_words(apps, schema_editor):
    """Add the index, beside the writing of others, or on SQLite the table that follows the aliases."""
    if schema_editor.connection.vendor == "postgresql":
        # One that was broken off is there and serves nobody.
        schema_editor.execute("DROP INDEX CONCURRENTLY IF EXISTS alias_words")
        schema_editor.execute(
            f"CREATE INDEX CONCURRENTLY alias_words ON annotations_alias USING gin (({WORDS})) WITH (fastupdate = off)"
        )
        # Without figures about the new expression the planner guesses how many names a word begins.
        schema_editor.execute("ANALYZE annotations_alias")
        return
    for statement in FOLLOWED:
        schema_editor.execute(statement)


def drop_words(apps, schema_editor):
    """Take them away again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX CONCURRENTLY IF EXISTS alias_words")
        return
    for name in ("added", "gone", "changed"):
        schema_editor.execute(f"DROP TRIGGER annotations_alias_{name}")
    schema_editor.execute("DROP TABLE annotations_alias_fts")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("annotations", "0018_reannotation_set_name"),
    ]

    operations = [
        migrations.RunPython(make_words, drop_words),
    ]
