"""How fast claims go out as CSV, beside PostgreSQL's own COPY of the same columns, and in how much memory.

    DATABASE_URL=postgres://... .venv/bin/python -m benchmarks.export_rate [--claims 1000000]

On a database that `large_desk` filled. COPY writes what the joined columns hold: the article's, the claim's,
the speaker's, the words of its spans cut from the text, and the context on both sides. Both run twice in
turn, and the better time of each counts. Prints the rates in claims a second, their ratio, and how much the
process grew between the first tenth of the export and its end. Ends with exit code 1 where the ratio is under
0.2 or the growth over 50 MB (of 2**20 bytes; Linux only).
"""

import argparse
import os
import re
import sys
import time
from itertools import islice
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsdesk.settings")

import django

django.setup()

# Models can be imported only now.
from django.db import connection  # noqa: E402

from annotations.exports.csv import stream_csv  # noqa: E402
from annotations.exports.row import Export  # noqa: E402
from annotations.models import Claim  # noqa: E402
from annotations.queries.export import ExportScope, claim_rows  # noqa: E402

LEAST_RATIO = 0.2
MOST_GROWTH = 50.0  # MB
_RESIDENT = re.compile(r"^VmRSS:\s+(\d+) kB", re.MULTILINE)

_WORDS = """
    string_agg(substr(a.text, s.start + 1, s."end" - s.start), ' […] ' ORDER BY s.position)
        FILTER (WHERE s.role = '{role}') AS {role},
    string_agg(s.start || '-' || s."end", ';' ORDER BY s.position)
        FILTER (WHERE s.role = '{role}') AS {role}_spans
"""
_ROLES = ("content", "cue", "source")
# Each table is read once, spans and sets put together by joins, as whoever wrote it for speed would.
COPY = f"""
COPY (
    WITH first AS (
        SELECT id, published_on FROM annotations_article ORDER BY published_on, id LIMIT {{articles}}
    ), picked AS (
        SELECT c.*, a.published_on, row_number() OVER (PARTITION BY a.id ORDER BY c.start, c.id) AS number
        FROM annotations_claim c JOIN first a ON a.id = c.article_id
        WHERE c.state <> 'rejected'
        ORDER BY a.published_on, a.id, c.start, c.id
        LIMIT {{claims}}
    ), words AS (
        SELECT s.claim_id, {", ".join(_WORDS.format(role=role) for role in _ROLES)}
        FROM picked
        JOIN annotations_claimspan s ON s.claim_id = picked.id
        JOIN annotations_article a ON a.id = s.article_id
        GROUP BY s.claim_id
    ), sets AS (
        SELECT m.article_id, string_agg(t.name, ' | ' ORDER BY t.name) AS names
        FROM annotations_article_sets m JOIN annotations_articleset t ON t.id = m.articleset_id
        GROUP BY m.article_id
    )
    SELECT sets.names, a.id, a.title, a.outlet, a.byline, a.url, a.published_on, c.id, c.number, p.index,
           n.index, p.region, c.kind, {", ".join(f"words.{role}, words.{role}_spans" for role in _ROLES)},
           c.source_form, w.id, w.name, w.kind, w.role, w.external_id, w.gender, w.gender_basis, w.countable,
           c.state, c.origin, c.confidence, g.name, c.is_changed, u.username,
           coalesce(c.decided_at, c.created_at), substr(a.text, greatest(c.start - 59, 1), 60),
           substr(a.text, c.start + 1, 60), a.text_sha256, a.pipeline
    FROM picked c
    JOIN annotations_article a ON a.id = c.article_id
    LEFT JOIN words ON words.claim_id = c.id
    LEFT JOIN sets ON sets.article_id = a.id
    LEFT JOIN annotations_speaker w ON w.id = c.speaker_id
    LEFT JOIN annotations_speaker g ON g.id = c.suggested_speaker_id
    LEFT JOIN annotations_user u ON u.id = c.decided_by_id
    LEFT JOIN annotations_sentence n ON n.id = c.sentence_id
    LEFT JOIN annotations_paragraph p ON p.id = n.paragraph_id
    ORDER BY c.published_on, a.id, c.start, c.id
) TO STDOUT (FORMAT csv, HEADER)
"""


# How many articles the first claims are in, so that COPY need not look at the others either.
ARTICLES = """
SELECT count(*) FROM (
    SELECT sum(count(c.id)) OVER (ORDER BY a.published_on, a.id) - count(c.id) AS before
    FROM annotations_article a LEFT JOIN annotations_claim c ON c.article_id = a.id AND c.state <> 'rejected'
    GROUP BY a.id
) AS numbered
WHERE before < %s
"""


def articles_of(claims: int) -> int:
    """Return how many articles hold the first so many claims."""
    with connection.cursor() as cursor:
        cursor.execute(ARTICLES, [claims])
        (number,) = cursor.fetchone()
    return int(number)


def copied(claims: int, articles: int) -> float:
    """Return for how many seconds PostgreSQL copies so many claims to this process."""
    query = COPY.format(claims=claims, articles=articles)
    started = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for _ in copy:
            pass
    return time.perf_counter() - started


def exported(claims: int) -> tuple[float, float]:
    """Return for how many seconds the export writes so many claims, and by how many MB the process grew."""
    started = time.perf_counter()
    rows = islice(claim_rows(ExportScope()), claims)
    written = 0
    early = 0.0
    for chunk in stream_csv(Export(rows=rows)):
        written += chunk.count(b"\r\n")
        if not early and written > claims / 10:
            early = _resident()
    return time.perf_counter() - started, _resident() - early


def _resident() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    match = _RESIDENT.search(status)
    assert match is not None
    return int(match[1]) / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--claims", type=int, default=1_000_000)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        sys.exit("Name a PostgreSQL database in DATABASE_URL.")
    claims = min(options.claims, Claim.objects.exclude(state="rejected").count())
    articles = articles_of(claims)
    copies, exports = [], []
    growth = 0.0
    for _ in range(2):
        copies.append(copied(claims, articles))
        seconds, grown = exported(claims)
        exports.append(seconds)
        growth = max(growth, grown)
    ratio = min(copies) / min(exports)
    print(
        f"{claims} claims: COPY {claims / min(copies):,.0f} a second, export {claims / min(exports):,.0f}, "
        f"ratio {ratio:.2f}; grew by {growth:.1f} MB"
    )
    sys.exit(0 if ratio >= LEAST_RATIO and growth <= MOST_GROWTH else 1)


if __name__ == "__main__":
    main()
