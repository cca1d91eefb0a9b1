"""What is left in an article is counted with every verb, and is what the claims say, whatever was done."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.choices import ArticleState, ClaimKind, ClaimState, SpanRole
from annotations.domain import articles, review, undo
from annotations.domain.work_left import count_work_left
from annotations.models import Article, Claim, User, WorkLeft
from tests.builders import make_article, make_claim, make_speaker, make_user

pytestmark = pytest.mark.django_db


def left_of(article: Article) -> tuple[int, float] | None:
    """Return what the table says."""
    return WorkLeft.objects.filter(article=article).values_list("undecided", "confidence").first()


def counted(article: Article) -> tuple[int, float] | None:
    """Return what the claims say."""
    article.refresh_from_db()
    claims = list(article.claims.filter(state=ClaimState.SUGGESTED))
    if not claims or article.state != ArticleState.READY:
        return None
    return len(claims), round(sum(claim.confidence or 0 for claim in claims) / len(claims), 4)


def test_a_decision_leaves_one_claim_less_and_undo_brings_it_back(editor: User) -> None:
    article = make_article()
    claim = make_claim(article=article, confidence=0.9)
    make_claim(article=article, confidence=0.5)
    assert left_of(article) == (2, 0.7)

    review.accept_claim(claim=claim, by=editor, version=1)
    assert left_of(article) == (1, 0.5)

    undo.undo_last(article=article, by=editor)
    assert left_of(article) == (2, 0.7)


def test_the_last_decision_leaves_no_row(editor: User) -> None:
    claim = make_claim()

    review.reject_claim(claim=claim, by=editor, version=1)

    assert left_of(claim.article) is None


def test_a_claim_without_confidence_counts_as_the_least_certain() -> None:
    article = make_article()
    make_claim(article=article, confidence=None)
    make_claim(article=article, confidence=0.6)

    assert left_of(article) == (2, 0.3)


def test_an_article_that_is_closed_leaves_the_queue_and_comes_back_when_it_is_opened(editor: User) -> None:
    article = make_claim().article

    articles.mark_reviewed(article=article, by=editor, is_reviewed=True)
    assert left_of(article) is None

    articles.mark_reviewed(article=article, by=editor, is_reviewed=False)
    assert left_of(article) == (1, 0.0)


def test_the_row_carries_the_articles_date_or_the_last_day_there_is() -> None:
    dated = make_claim(article=make_article(published_on=date(2024, 3, 1))).article
    undated = make_claim().article

    assert WorkLeft.objects.get(article=dated).published_on == date(2024, 3, 1)
    assert WorkLeft.objects.get(article=undated).published_on == date.max


def test_an_article_takes_its_row_along_when_it_is_deleted(editor: User) -> None:
    article = make_claim().article

    articles.delete_article(article=article, by=editor)

    assert not WorkLeft.objects.exists()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["accept", "reject", "kind", "speaker", "cue", "add", "delete", "undo", "redo", "close", "open"]
        ),
        st.integers(0, 2),
        st.booleans(),
    ),
    max_size=12,
)


@given(STEPS)
@settings(max_examples=25, deadline=None)
def test_whatever_two_editors_do_the_row_says_what_the_claims_say(
    steps: list[tuple[str, int, bool]],
) -> None:
    editors = (make_user(), make_user())
    article = make_article()
    for number in range(3):
        make_claim(article=article, content=((number * 5, number * 5 + 4),), confidence=number / 4)
    speaker = make_speaker()

    for verb, number, is_second in steps:
        _do(verb, article, number, editors[is_second], speaker)

        assert left_of(article) == counted(article), verb


def _do(verb: str, article: Article, number: int, by: User, speaker: object) -> None:
    """Take one step with the n-th claim, where it can be taken."""
    whole = {"undo": undo.undo_last, "redo": undo.redo_last}
    if verb in whole:
        whole[verb](article=article, by=by)
    elif verb in {"close", "open"}:
        articles.mark_reviewed(article=article, by=by, is_reviewed=verb == "close")
    elif verb == "add":
        review.add_claim(article=article, content=[(20, 30)], by=by)
    else:
        claims = list(Claim.objects.filter(article=article).in_text_order())
        claim = claims[number % len(claims)]
        step = {"claim": claim, "by": by, "version": claim.version}
        if verb == "accept":
            review.accept_claim(**step)
        elif verb == "reject":
            review.reject_claim(**step)
        elif verb == "kind":
            review.change_kind(**step, kind=ClaimKind.MIXED)
        elif verb == "speaker":
            review.assign_speaker(**step, speaker=speaker)
        elif verb == "cue":
            review.change_spans(**step, role=SpanRole.CUE, spans=[(40, 44)])
        elif claim.created_by_id == by.pk:
            review.delete_claim(**step)


def test_counting_costs_two_queries(django_assert_num_queries) -> None:
    article = make_claim().article

    with django_assert_num_queries(2):
        count_work_left(article=article)
