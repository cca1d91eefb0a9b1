"""How often the pipeline was right: which decisions count as right and as missed, and from how many on."""

import pytest
from pytest_django import DjangoAssertNumQueries

from annotations.choices import ClaimKind, ClaimOrigin, ClaimState, SpanRole
from annotations.domain import merging, review
from annotations.models import Article, Claim, Speaker, User
from annotations.queries.pipeline import ENOUGH, PipelineRecord, Tally, record_of, tallied
from tests.builders import make_article, make_claim, make_speaker

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(db: None) -> Article:
    return make_article()


@pytest.fixture
def ana(db: None) -> Speaker:
    return make_speaker("Ana Lindqvist")


def pipeline_record() -> PipelineRecord:
    return record_of(tallied())


def decided(article: Article, ana: Speaker, number: int, **fields: object) -> None:
    """Make claims that somebody accepted."""
    for _ in range(number):
        make_claim(article=article, speaker=ana, **{"state": ClaimState.ACCEPTED.value, **fields})


def test_a_suggestion_counts_by_what_was_decided_about_it(
    article: Article, ana: Speaker, editor: User
) -> None:
    claims = [make_claim(article=article, speaker=ana, cue=((0, 1),)) for _ in range(6)]
    review.accept_claim(claim=claims[0], by=editor, version=1)
    review.reject_claim(claim=claims[1], by=editor, version=1)
    review.assign_speaker(claim=claims[2], speaker=make_speaker("Bo Ek"), by=editor, version=1)
    review.change_spans(claim=claims[3], role=SpanRole.CUE, spans=[], by=editor, version=1)
    review.assign_speaker(claim=claims[4], speaker=ana, by=editor, version=1)

    total = pipeline_record().total

    # Right are the accepted one, the one with another cue, and the one confirmed by naming its speaker.
    assert (total.decided, total.unchanged, total.right) == (5, 2, 3)


def test_a_speaker_that_was_merged_since_still_is_the_right_one(
    article: Article, ana: Speaker, editor: User
) -> None:
    make_claim(article=article, speaker=ana, state=ClaimState.ACCEPTED.value)
    merging.merge_speakers(source=ana, target=make_speaker("Ana Maria Lindqvist"), by=editor)

    assert pipeline_record().total.right == 1


def test_a_claim_left_open_is_right_only_where_the_editor_leaves_it_with_nobody_too(
    article: Article, ana: Speaker, editor: User
) -> None:
    named, kept = make_claim(article=article), make_claim(article=article)
    review.assign_speaker(claim=named, speaker=ana, by=editor, version=1)
    review.accept_claim(claim=kept, by=editor, version=1)

    total = pipeline_record().total

    assert (total.decided, total.right, total.unchanged) == (2, 1, 1)


def test_what_editors_or_imports_made_is_no_suggestion(article: Article, ana: Speaker) -> None:
    for origin in (ClaimOrigin.EDITOR, ClaimOrigin.IMPORT):
        decided(article, ana, 1, origin=origin.value)

    assert pipeline_record().total == Tally()


def test_missed_are_claims_that_editors_added_to_articles_the_pipeline_read(
    article: Article, ana: Speaker
) -> None:
    decided(article, ana, ENOUGH)
    decided(article, ana, 2, origin=ClaimOrigin.EDITOR.value)
    decided(article, ana, 1, origin=ClaimOrigin.EDITOR.value, kind=ClaimKind.INDIRECT.value)
    decided(article, ana, 1, origin=ClaimOrigin.EDITOR.value, state=ClaimState.REJECTED.value)
    decided(make_article(pipeline="", language="de"), ana, 1, origin=ClaimOrigin.EDITOR.value)

    record = pipeline_record()

    assert record.missed == 3
    assert [(row.kind, row.tally.decided, row.missed) for row in record.kinds] == [
        (ClaimKind.DIRECT, ENOUGH, 2),
        (ClaimKind.INDIRECT, 0, 1),
    ]


def test_each_band_compares_what_was_promised_with_what_came_out(article: Article, ana: Speaker) -> None:
    decided(article, ana, 18, confidence=0.95)
    decided(article, ana, 2, confidence=0.9, state=ClaimState.REJECTED.value)
    decided(article, ana, 20, confidence=0.8, state=ClaimState.REJECTED.value)
    decided(article, ana, 20, confidence=0.4)
    decided(article, ana, 3, confidence=0.6)
    decided(article, ana, 1)

    bands = [
        (row.band.word, row.tally.decided, row.tally.promised_percent, row.tally.right_percent)
        for row in pipeline_record().bands
    ]

    assert bands == [
        ("sure", 20, 94, 90),
        ("fairly sure", 20, 80, 0),
        ("unsure", 3, 60, 100),
        ("very unsure", 20, 40, 100),
    ]
    assert [row.tally.verdict for row in pipeline_record().bands] == [
        "yes",
        "no, right less often",
        "too few to tell",
        "no, right more often",
    ]


def test_a_record_has_no_shares_before_there_are_enough_decisions(article: Article, ana: Speaker) -> None:
    decided(article, ana, ENOUGH - 1)
    assert not pipeline_record().is_enough
    assert pipeline_record().kinds == ()

    decided(article, ana, 1)
    assert pipeline_record().is_enough


@pytest.mark.parametrize("number", [ENOUGH, 3 * ENOUGH])
def test_a_record_costs_one_query_whatever_the_desk_holds(
    article: Article, ana: Speaker, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    decided(article, ana, number)

    with django_assert_num_queries(1):
        pipeline_record()


def test_undecided_suggestions_do_not_count(article: Article, ana: Speaker) -> None:
    make_claim(article=article, speaker=ana)

    assert pipeline_record().total.decided == 0
    assert Claim.objects.count() == 1
