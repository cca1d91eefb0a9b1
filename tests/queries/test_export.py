"""What an export holds, in which order, and what it costs."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.choices import ClaimState
from annotations.exports.cutting import SpanOutsideText
from annotations.models import ClaimSpan, Paragraph
from annotations.queries.export import ExportScope, aliases_of, claim_rows, export_size
from tests.builders import make_article, make_claim, make_set, make_speaker, make_user

pytestmark = pytest.mark.django_db

TEXT = "“We will build it,” said Ana Roth. “By May.”\nShe laughed."
EVERYTHING = ExportScope()


def claim_ids(scope=EVERYTHING, **options):
    return [row.claim_id for row in claim_rows(scope, **options)]


def test_claim_rows_of_an_empty_desk_are_none():
    assert claim_ids() == []
    assert export_size(EVERYTHING) == (0, 0, False)


def test_claim_row_holds_all_that_is_stored():
    edith = make_user(username="edith")
    ana = make_speaker(
        "Ana Roth", role="mayor", external_id="Q1", gender="woman", gender_basis="editor", countable=False
    )
    article = make_article(
        text=TEXT,
        title="The bridge",
        outlet="The Post",
        byline="Jo March",
        url="https://example.org/bridge",
        published_on=date(2025, 3, 1),
    )
    make_set("Spring", articles=(article,))
    claim = make_claim(
        article=article,
        content=((0, 19), (35, 44)),
        cue=((20, 24),),
        source=((25, 33),),
        source_form="name",
        speaker=ana,
        suggested_speaker=make_speaker("Ann Roth"),
        state="corrected",
        is_changed=True,
        confidence=0.75,
        decided_by=edith,
        decided_at=datetime(2025, 3, 2, 9, 0, tzinfo=UTC),
    )

    [row] = claim_rows(EVERYTHING)

    assert {column: getattr(row, column) for column in row.__slots__} == {
        "set": "Spring",
        "article_id": article.pk,
        "article_title": "The bridge",
        "outlet": "The Post",
        "byline": "Jo March",
        "url": "https://example.org/bridge",
        "published_on": date(2025, 3, 1),
        "claim_id": claim.pk,
        "claim_no": 1,
        "paragraph": 1,
        "sentence": 1,
        "region": "body",
        "kind": "direct",
        "content": ("“We will build it,”", "“By May.”"),
        "content_spans": ((0, 19), (35, 44)),
        "cue": ("said",),
        "cue_spans": ((20, 24),),
        "source": ("Ana Roth",),
        "source_spans": ((25, 33),),
        "source_form": "name",
        "speaker_id": ana.pk,
        "speaker": "Ana Roth",
        "speaker_kind": "person",
        "speaker_role": "mayor",
        "speaker_external_id": "Q1",
        "speaker_gender": "woman",
        "gender_basis": "editor",
        "countable": False,
        "words": 6,
        "state": "corrected",
        "origin": "pipeline",
        "confidence": 0.75,
        "suggested_speaker": "Ann Roth",
        "changed": True,
        "editor": "edith",
        "updated_at": datetime(2025, 3, 2, 9, 0, tzinfo=UTC),
        "left_context": "",
        "right_context": "\nShe laughed.",
        "text_sha256": article.text_sha256,
        "pipeline": "test 1",
    }


def test_claim_row_without_speaker_and_decision_is_empty_there():
    claim = make_claim()

    [row] = claim_rows(EVERYTHING)

    assert (row.speaker_id, row.speaker, row.suggested_speaker, row.editor) == (None, "", "", "")
    assert (row.countable, row.updated_at, row.source_form) == (True, claim.created_at, "none")


def test_claim_rows_are_ordered_by_date_then_article_then_text():
    undated, late, early, same_day = (
        make_article(published_on=day) for day in (None, date(2025, 2, 1), date(2025, 1, 1), date(2025, 2, 1))
    )
    last = make_claim(article=undated)
    third = make_claim(article=late, content=((31, 40),))
    second = make_claim(article=late, content=((0, 30),))
    fourth = make_claim(article=same_day)
    first = make_claim(article=early)

    assert claim_ids() == [claim.pk for claim in (first, second, third, fourth, last)]


def test_claim_rows_in_many_batches_keep_the_order(monkeypatch):
    monkeypatch.setattr("annotations.queries.export._ARTICLES", 2)
    claims = [make_claim(article=make_article(published_on=date(2025, 1, 30 - day))) for day in range(5)]

    assert claim_ids() == [claim.pk for claim in reversed(claims)]


def test_claim_no_counts_every_claim_of_the_article_whatever_the_scope():
    article = make_article()
    make_claim(article=article, content=((0, 5),), state="rejected")
    make_claim(article=article, content=((6, 9),), state="suggested")
    make_claim(article=article, content=((10, 15),), state="accepted")

    rows = claim_rows(ExportScope(states=frozenset({"accepted"})))

    assert [(row.claim_no, row.content_spans) for row in rows] == [(3, ((10, 15),))]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, {"suggested", "accepted", "corrected"}),
        ({"include_rejected": True}, {"suggested", "accepted", "corrected", "rejected"}),
        ({"states": frozenset({"accepted"})}, {"accepted"}),
        ({"states": frozenset({"accepted"}), "include_rejected": True}, {"accepted", "rejected"}),
        ({"states": frozenset({"rejected"})}, {"rejected"}),
    ],
)
def test_claim_rows_of_states_leave_out_rejected_ones_unless_asked(scope, expected):
    article = make_article()
    for state in ClaimState:
        make_claim(article=article, state=state.value)

    rows = list(claim_rows(ExportScope(**scope)))

    assert {row.state for row in rows} == expected
    assert export_size(ExportScope(**scope)) == (len(expected), 1, False)


def test_claim_rows_of_dates_have_both_ends_inside_and_leave_out_undated_articles():
    days = [None, date(2025, 1, 1), date(2025, 1, 2), date(2025, 1, 3), date(2025, 1, 4)]
    for day in days:
        make_claim(article=make_article(published_on=day))
    between = ExportScope(published_from=date(2025, 1, 2), published_to=date(2025, 1, 3))
    since = ExportScope(published_from=date(2025, 1, 3))
    until = ExportScope(published_to=date(2025, 1, 2))

    assert [row.published_on for row in claim_rows(between)] == days[2:4]
    assert [row.published_on for row in claim_rows(since)] == days[3:]
    assert [row.published_on for row in claim_rows(until)] == days[1:3]
    assert export_size(between) == (2, 2, False)


def test_claim_rows_of_an_article_are_its_alone():
    make_claim()
    claim = make_claim()

    assert claim_ids(ExportScope(article=claim.article)) == [claim.pk]


def test_claim_rows_of_a_set_name_that_set_and_others_name_all_sets():
    both, one, none = make_claim(), make_claim(), make_claim()
    spring = make_set("Spring", articles=(both.article, one.article))
    make_set("audit", articles=(both.article,))

    of_set = claim_rows(ExportScope(article_set=spring))
    of_desk = claim_rows(EVERYTHING)

    assert [(row.claim_id, row.set) for row in of_set] == [(both.pk, "Spring"), (one.pk, "Spring")]
    assert [(row.claim_id, row.set) for row in of_desk] == [
        (both.pk, "Spring | audit"),
        (one.pk, "Spring"),
        (none.pk, ""),
    ]


def test_merged_speaker_is_the_one_that_took_its_claims():
    donald = make_speaker("Donald Trump", kind="person")
    trump = make_speaker("Trump", merged_into=donald)
    make_claim(speaker=trump, suggested_speaker=trump)

    [row] = claim_rows(EVERYTHING)

    assert (row.speaker_id, row.speaker, row.suggested_speaker) == (donald.pk, "Donald Trump", "Donald Trump")


def test_place_is_of_the_content_in_its_own_article():
    make_claim(content=((5, 9),))
    claim = make_claim(article=make_article(text=TEXT), content=((45, 56),))
    Paragraph.objects.filter(article=claim.article, index=2).update(region="headline")

    rows = list(claim_rows(EVERYTHING))

    assert [(row.paragraph, row.sentence, row.region) for row in rows] == [(1, 1, "body"), (2, 2, "headline")]


def test_claim_rows_at_most_stop_there():
    claims = [make_claim() for _ in range(3)]

    with CaptureQueriesContext(connection) as queries:
        assert claim_ids(at_most=2) == [claim.pk for claim in claims[:2]]

    # Texts of articles that no row is wanted of are not read.
    assert "LIMIT 2" in queries[0]["sql"]


def test_span_outside_the_text_stops_the_export_and_names_the_claim():
    claim = make_claim()
    ClaimSpan.objects.filter(claim=claim).update(end=9999)

    with pytest.raises(SpanOutsideText, match=rf"^Claim {claim.pk} of article {claim.article_id} "):
        claim_ids()


def test_claim_without_spans_stops_the_export_and_names_the_claim():
    claim = make_claim()
    ClaimSpan.objects.filter(claim=claim).delete()

    with pytest.raises(SpanOutsideText, match=rf"^Claim {claim.pk} of article {claim.article_id} "):
        claim_ids()


@pytest.mark.parametrize("article_count", [1, 3])
def test_claim_rows_query_count(article_count, django_assert_num_queries):
    for _ in range(article_count):
        article = make_article()
        make_set(articles=(article,))
        for _ in range(article_count):
            make_claim(
                article=article, speaker=make_speaker(), decided_by=make_user(), decided_at=datetime.now(UTC)
            )

    with django_assert_num_queries(7):
        assert len(claim_ids()) == article_count**2


def test_batches_hold_few_articles_or_few_claims(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("annotations.queries.export._CLAIMS", 3)
    for _ in range(3):
        article = make_article()
        for _ in range(2):
            make_claim(article=article, speaker=make_speaker())

    # Two articles have four claims together, so each is a batch: one query for the order, six for each batch.
    with django_assert_num_queries(1 + 3 * 6):
        assert len(claim_ids()) == 6


def test_aliases_are_the_names_beside_the_speaker_s_own():
    ana = make_speaker("Ana Roth", aliases=("roth", "Mayor Roth", "Ürsel"))
    bo = make_speaker("Bo", aliases=())
    make_speaker("Cy", aliases=("C",))

    assert aliases_of([ana.pk, bo.pk]) == {ana.pk: ["Mayor Roth", "roth", "Ürsel"]}
