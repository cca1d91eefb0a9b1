"""Which names of the text are offered for a new speaker while somebody types."""

import pytest

from annotations.choices import SpeakerKind
from annotations.models import Claim
from annotations.queries.names_in_text import names_in_text
from tests.builders import make_article, make_claim, make_mention, make_speaker

pytestmark = pytest.mark.django_db

TEXT = (
    "“Tolls stay,” said the fire service, and Mr Fallow agreed. Fritz Ek of the ferry company, a friend, did "
    "not. “They go,” a fisherman said. “At once,” he added."
)


def span(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


@pytest.fixture
def claim(db: None) -> Claim:
    article = make_article(text=TEXT)
    for words, source in (("“They go,”", "a fisherman"), ("“At once,”", "he added")):
        make_claim(article=article, content=(span(words),), source=(span(source.removesuffix(" added")),))
    make_mention(article=article, start=span("Mr Fallow")[0], end=span("Mr Fallow")[1])
    return make_claim(article=article, content=(span("“Tolls stay,”"),), source=(span("the fire service"),))


def test_the_claim_s_own_source_comes_first_then_what_the_text_names_elsewhere(claim: Claim) -> None:
    assert names_in_text(claim, "f") == ["fire service", "Fallow", "Fritz Ek"]


def test_a_name_that_begins_with_what_is_typed_comes_before_one_with_it_further_inside(claim: Claim) -> None:
    assert names_in_text(claim, "fi") == ["fire service", "a fisherman"]
    assert names_in_text(claim, "a fi") == ["a fisherman"]
    assert names_in_text(claim, "ek") == ["Fritz Ek"]


def test_whom_the_desk_knows_by_that_name_is_not_offered_as_new(claim: Claim) -> None:
    make_speaker("Fritz Ek")
    make_speaker("Frederick Fallow", aliases=("Fallow",))

    assert names_in_text(claim, "f") == ["fire service", "a fisherman"]


def test_a_description_that_another_article_has_too_is_offered_as_new(claim: Claim) -> None:
    make_speaker("a fisherman", kind=SpeakerKind.UNNAMED.value)

    assert names_in_text(claim, "a fish") == ["a fisherman"]


def test_one_word_of_description_keeps_its_article(claim: Claim) -> None:
    text = "“It was a routine review,” said the county."
    review = make_claim(article=make_article(text=text), content=((0, 26),), source=((32, 42),))

    assert names_in_text(review, "c") == ["the county"]


@pytest.mark.parametrize("typed", ["", " ", "-", "he", "zz"])
def test_nothing_is_offered_where_nothing_of_the_text_is_meant(claim: Claim, typed: str) -> None:
    assert names_in_text(claim, typed) == []
