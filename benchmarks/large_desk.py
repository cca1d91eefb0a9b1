"""Fill the empty database of DATABASE_URL with a desk as large as wanted, by bulk insert.

    DATABASE_URL=... .venv/bin/python manage.py migrate
    DATABASE_URL=... .venv/bin/python -m benchmarks.large_desk --articles 100000

Twenty claims an article on average. A few speakers and outlets have most of the claims, half of the articles
are reviewed, one set holds a third of them. The rows follow from the seed alone, and an article is the same
at every size but for who speaks in it. Rows are written as a copy of such a desk would be, not by the
product's verbs, which would take days; on PostgreSQL the role must be a superuser, since foreign keys are not
checked one by one.
"""

import argparse
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsdesk.settings")

import django

if __name__ == "__main__":
    django.setup()

# Models can be imported only now.
from django.db import connection, transaction

from annotations.domain.figures import keep_figures
from annotations.models import Article
from benchmarks.bulk_rows import BulkRows, unchecked, unindexed
from benchmarks.made_articles import COLUMNS, Desk, rows_of_article, rows_of_desk, rows_of_reannotation

_AT_ONCE = 500  # articles


def fill(articles: int, *, seed: int = 1) -> None:
    """Write the rows of so many articles into an empty database."""
    desk = Desk(articles=articles, seed=seed)
    rows = BulkRows(COLUMNS)
    with unchecked(), transaction.atomic(), unindexed(COLUMNS):
        rows_of_desk(desk, rows)
        for number in range(1, articles + 1):
            rows_of_article(desk, number, rows)
            if number % _AT_ONCE == 0:
                rows.write()
        rows_of_reannotation(desk, rows)
        rows.write()
        rows.continue_numbering()


def settle() -> None:
    """Leave the database as autovacuum and a worker would: with its statistics and kept figures."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE")
    keep_figures()


def main() -> None:
    """Fill and print how long it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if Article.objects.exists():
        sys.exit("This desk has articles. Name an empty database in DATABASE_URL.")
    started = time.monotonic()
    fill(options.articles, seed=options.seed)
    settle()
    print(f"{options.articles} articles in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
