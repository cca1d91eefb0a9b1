"""From the database to a file and back: 200 generated articles, each with what breaks exports elsewhere."""

import csv
import io
import itertools

import pandas
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.exports.csv import PILCROW, read_claims_csv, unguarded
from annotations.exports.row import SEAM
from annotations.queries.export import ExportScope, claim_rows
from tests.builders import make_article, make_claim, make_speaker
from tests.exports.rows import written

FRAGMENTS = [
    "“We will go,”",
    "‘Nobody’s fault’",
    "'Tis",
    '"mixed”',
    "“opened\n“and again”",
    "👩🏽‍🚒🐦",
    "e\u0301",
    "قال الوزير",
    "\u202bשלום\u202c",
    "=SUM(A1:A9)",
    "+1",
    "-2",
    "@home",
    "'=quoted",
    "''+2",
    "\tTab",
    "a, b",
    '""',
    " ¶ ",
    " […] ",
    "\u2028",
    "\x85",
    "said",
    "NA",
    "None",
    "\n",
    "\n\n",
    " ",
]
texts = st.lists(
    st.sampled_from(FRAGMENTS) | st.text(st.characters(codec="utf-8", exclude_characters="\0\r")),
    min_size=3,
    max_size=14,
).map("".join)
numbers = itertools.count()


@st.composite
def articles(draw):
    """Draw a text and for each claim its content, cue and source spans, which start where they like."""
    text = draw(texts.filter(lambda text: len(text) >= 8))
    cuts = st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True).map(sorted)

    def spans(minimum):
        pairs = cuts.map(lambda places: tuple(zip(places[::2], places[1::2], strict=False)))
        return pairs if minimum else st.just(()) | pairs

    claims = draw(st.lists(st.tuples(spans(1), spans(0), spans(0)), min_size=1, max_size=4))
    return text, draw(st.sampled_from(["=1+1", "'=1", "-", "Ana", "🐦 Roth", "قال"])), claims


def rows_read(table):
    """Yield the rows as Python's csv, pandas and our own reader read them."""
    plain = csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    yield [{column: unguarded(cell) for column, cell in row.items()} for row in plain]
    frame = pandas.read_csv(io.BytesIO(table), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    yield [{column: unguarded(cell) for column, cell in row.items()} for row in frame.to_dict("records")]
    yield list(read_claims_csv(io.BytesIO(table)))


def cut(text, spans):
    """Cut the cell out of the stored text by the spans that stand beside it."""
    pairs = [map(int, span.split("-")) for span in spans.split(";") if span]
    return SEAM.join(text[start:end] for start, end in pairs).replace("\n", PILCROW)


@pytest.mark.django_db
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(article=articles())
def test_every_exported_span_cut_from_the_text_is_the_exported_cell(article):
    text, name, claims = article
    stored = make_article(text=f"{text} {next(numbers)}", title=name, outlet=f"{name}\t")
    speaker = make_speaker(name)
    for content, cue, source in claims:
        make_claim(article=stored, content=content, cue=cue, source=source, speaker=speaker)
    stored.refresh_from_db()

    table = written("csv", claim_rows(ExportScope(article=stored)))

    for rows in rows_read(table):
        assert len(rows) == len(claims)
        for row in rows:
            for part in ("content", "cue", "source"):
                assert row[part] == cut(stored.text, row[f"{part}_spans"])
            assert (row["article_title"], row["outlet"], row["speaker"]) == (name, f"{name}\t", name)
        in_text_order = sorted(claims, key=lambda claim: claim[0][0][0])
        assert [row["content_spans"] for row in rows] == [
            ";".join(f"{start}-{end}" for start, end in content) for content, _, _ in in_text_order
        ]
