"""Tables of the words that are searched. They start empty: the worker fills them while the desk works."""

import django.db.models.deletion
from django.db import migrations, models

import annotations.models.search

TABLES = (("annotations_articlewords", "article_id"), ("annotations_claimwords", "claim_id"))

# An FTS5 table that keeps no words of its own, and triggers by which it follows the table that has them.
FOLLOWED = """
CREATE VIRTUAL TABLE {table}_fts USING fts5(
    words, content='{table}', content_rowid='{key}', tokenize="unicode61 remove_diacritics 0"
);
CREATE TRIGGER {table}_added AFTER INSERT ON {table} BEGIN
    INSERT INTO {table}_fts(rowid, words) VALUES (new.{key}, new.words);
END;
CREATE TRIGGER {table}_gone AFTER DELETE ON {table} BEGIN
    INSERT INTO {table}_fts({table}_fts, rowid, words) VALUES ('delete', old.{key}, old.words);
END;
CREATE TRIGGER {table}_changed AFTER UPDATE ON {table} BEGIN
    INSERT INTO {table}_fts({table}_fts, rowid, words) VALUES ('delete', old.{key}, old.words);
    INSERT INTO {table}_fts(rowid, words) VALUES (new.{key}, new.words);
END;
"""


def make_searchable(apps, schema_editor):
    """Add what the search of this database reads."""
    for table, key in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"CREATE INDEX {table}_words ON {table} USING gin (words)")
            continue
        for statement in statements(FOLLOWED.format(table=table, key=key)):
            schema_editor.execute(statement)


def statements(script):
    """Return the statements of a script; one that creates a trigger ends with END."""
    found, lines = [], []
    for line in script.strip().splitlines():
        lines.append(line)
        is_trigger = lines[0].startswith("CREATE TRIGGER")
        if line == "END;" if is_trigger else line.endswith(";"):
            found.append("\n".join(lines))
            lines = []
    return found


def make_unsearchable(apps, schema_editor):
    """Drop the tables that follow; triggers and indexes go with their table."""
    if schema_editor.connection.vendor == "sqlite":
        for table, _ in TABLES:
            schema_editor.execute(f"DROP TABLE {table}_fts")


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0013_indexes_of_large_desks"),
    ]

    operations = [
        migrations.CreateModel(
            name="ArticleWords",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="annotations.article",
                    ),
                ),
                ("words", annotations.models.search.WordsField()),
            ],
        ),
        migrations.CreateModel(
            name="ClaimWords",
            fields=[
                (
                    "claim",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="annotations.claim",
                    ),
                ),
                ("words", annotations.models.search.WordsField()),
            ],
        ),
        migrations.RunPython(make_searchable, make_unsearchable),
    ]
