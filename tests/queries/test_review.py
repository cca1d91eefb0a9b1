"""The article under review: in which order its cards stand, and which claim comes next."""

import pytest

from annotations.choices import ClaimState
from annotations.models import Article, Claim
from annotations.queries.claim_order import WINDOW, ClaimOrder
from annotations.queries.review import ReviewedArticle
from tests.builders import make_article, make_claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(db: None) -> Article:
    """An article with one decided claim and three that are not, the surest of them first."""
    article = make_article()
    for start, confidence in enumerate((0.9, 0.95, 0.4, 0.7)):
        make_claim(article=article, content=((start, start + 1),), confidence=confidence)
    Claim.objects.filter(start=0).update(state=ClaimState.ACCEPTED.value)
    return article


def starts(article: Article, claim_ids: list[int]) -> list[int]:
    by_id = dict(article.claims.values_list("pk", "start"))
    return [by_id[pk] for pk in claim_ids]


def shown(article: Article, order: ClaimOrder) -> list[int]:
    return starts(article, ReviewedArticle(article, order).window(None).claim_ids)


def test_cards_stand_in_text_order_or_with_the_least_sure_first_and_the_decided_last(
    article: Article,
) -> None:
    assert shown(article, ClaimOrder.TEXT) == [0, 1, 2, 3]
    assert shown(article, ClaimOrder.LEAST_SURE) == [2, 3, 1, 0]


def test_a_claim_without_a_confidence_is_the_least_sure(article: Article) -> None:
    make_claim(article=article, content=((4, 5),))

    assert shown(article, ClaimOrder.LEAST_SURE) == [4, 2, 3, 1, 0]


def test_equally_sure_and_decided_claims_stand_in_text_order(article: Article) -> None:
    article.claims.filter(start__in=(1, 2)).update(confidence=0.5)
    article.claims.filter(start=3).update(state=ClaimState.REJECTED.value)

    assert shown(article, ClaimOrder.LEAST_SURE) == [1, 2, 0, 3]


@pytest.mark.parametrize(("order", "first"), [(ClaimOrder.TEXT, 1), (ClaimOrder.LEAST_SURE, 2)])
def test_review_begins_with_the_first_undecided_claim_of_the_order(
    article: Article, order: ClaimOrder, first: int
) -> None:
    found = ReviewedArticle(article, order).first_to_review()

    assert found is not None
    assert starts(article, [found]) == [first]


@pytest.mark.parametrize(
    ("order", "walk"), [(ClaimOrder.TEXT, [1, 2, 3]), (ClaimOrder.LEAST_SURE, [2, 3, 1])]
)
def test_each_decision_leads_to_the_next_undecided_claim_of_the_order(
    article: Article, order: ClaimOrder, walk: list[int]
) -> None:
    taken = []
    claim_id = ReviewedArticle(article, order).first_to_review()
    while claim_id is not None:
        taken.append(claim_id)
        Claim.objects.filter(pk=claim_id).update(state=ClaimState.ACCEPTED.value)
        claim_id = ReviewedArticle(article, order).next_undecided(claim_id)

    assert starts(article, taken) == walk


def test_a_claim_that_was_passed_over_comes_after_the_last_of_the_order(article: Article) -> None:
    walk = []
    for start in (3, 1):
        claim = article.claims.get(start=start)
        claim.state = ClaimState.ACCEPTED.value
        claim.save()
        walk.append(ReviewedArticle(article, ClaimOrder.LEAST_SURE).next_undecided(claim.pk) or 0)

    assert starts(article, walk) == [1, 2]


def test_two_claims_that_start_at_one_place_are_both_walked_through(article: Article) -> None:
    first = make_claim(article=article, content=((1, 9),), confidence=0.9)

    assert ReviewedArticle(article).next_undecided(article.claims.filter(start=1)[0].pk) == first.pk


def test_a_claim_keeps_its_number_in_the_text_in_any_order(article: Article) -> None:
    reviewed = ReviewedArticle(article, ClaimOrder.LEAST_SURE)
    cards = reviewed.cards(reviewed.window(None).claim_ids, in_a_row=True)

    assert [card.number for card in cards] == [3, 4, 2, 1]


def test_only_a_suggested_card_says_how_sure_the_pipeline_is(article: Article) -> None:
    reviewed = ReviewedArticle(article)
    cards = reviewed.cards(reviewed.window(None).claim_ids, in_a_row=True)

    words = [card.sureness.replace("\N{NO-BREAK SPACE}", " ") for card in cards]
    assert words == ["", "sure 95 %", "very unsure 40 %", "unsure 70 %"]


def test_a_window_names_the_undecided_claims_before_and_after_it() -> None:
    article = make_article()
    claims = [
        make_claim(article=article, content=((start, start + 1),), state=ClaimState.ACCEPTED.value)
        for start in range(2 * WINDOW)
    ]
    Claim.objects.filter(pk__in=[claims[3].pk, claims[-1].pk]).update(state=ClaimState.SUGGESTED.value)

    reviewed = ReviewedArticle(article)

    first, last = reviewed.window(claims[0].pk), reviewed.window(claims[-1].pk)
    assert (first.undecided_before, first.undecided_after) == (None, claims[-1].pk)
    assert (last.undecided_before, last.undecided_after) == (claims[3].pk, None)
    least_sure = ReviewedArticle(article, ClaimOrder.LEAST_SURE).window(None)
    assert (least_sure.undecided_before, least_sure.undecided_after) == (None, None)
    further = reviewed.beyond(claims[10].pk, forwards=True)
    assert (further.undecided_before, further.undecided_after) == (None, claims[-1].pk)
    earlier = reviewed.beyond(claims[30].pk, forwards=False)
    assert (earlier.undecided_before, earlier.undecided_after) == (claims[3].pk, None)
