"""The offer after a correction: which open claims it lists, with what, and at which cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.choices import ClaimState, SpeakerKind
from annotations.domain import merging, review
from annotations.models import Article, Claim, Speaker, User
from annotations.queries.chains import Chain, chain_of
from tests.builders import make_article, make_claim, make_mention, make_speaker

pytestmark = pytest.mark.django_db

TEXT = (
    "Donald Trump met Keir Starmer.\n\n“A,” he said.\n\n“Bread is dear,” he said.\n\n"
    "“Circus is not,” he said.\n\n“Donkeys are stubborn,” she said.\n\n"
    "Donald Trump left.\n\n“Eels are slippery,” he said."
)


@pytest.fixture
def wrong(db: None) -> Speaker:
    return make_speaker("Donald Trump")


@pytest.fixture
def right(db: None) -> Speaker:
    return make_speaker("Keir Starmer")


@pytest.fixture
def article(wrong: Speaker, right: Speaker) -> Article:
    return written(wrong, right, TEXT)


def written(wrong: Speaker, right: Speaker, text: str) -> Article:
    """An article in which each paragraph with a quotation is a claim given to the wrong speaker."""
    article = make_article(text=text)
    start = 0
    for line in text.split("\n"):
        if line.startswith("“"):
            end = start + line.index("”") + 1
            source = start + len(line) - len("he said.") - ("she" in line)
            length = 3 if "she" in line else 2
            make_claim(
                article=article, content=((start, end),), source=((source, source + length),), speaker=wrong
            )
        for speaker in (wrong, right):
            if speaker.name in line:
                at = start + line.index(speaker.name)
                make_mention(article=article, start=at, end=at + len(speaker.name), speaker=speaker)
        start += len(line) + 1
    return article


def corrected(article: Article, speaker: Speaker | None, by: User, *, nth: int = 0) -> Claim:
    claim = article.claims.in_text_order()[nth]
    return review.assign_speaker(claim=claim, speaker=speaker, by=by, version=claim.version)


def contents(chain: Chain | None) -> list[str]:
    return [offered.content for offered in chain.offered] if chain else []


def test_the_offer_lists_the_open_claims_of_the_chain(
    article: Article, wrong: Speaker, right: Speaker, editor: User
) -> None:
    chain = chain_of(corrected(article, right, editor))

    assert chain is not None
    assert (chain.speaker, chain.words) == (right, "he")
    assert [(offered.content, offered.source, offered.claim.speaker) for offered in chain.offered] == [
        ("“Bread is dear,”", "he", wrong),
        ("“Circus is not,”", "he", wrong),
    ]


def test_decided_claims_are_not_offered(article: Article, right: Speaker, editor: User) -> None:
    review.accept_claim(claim=article.claims.in_text_order()[1], by=editor, version=1)

    assert contents(chain_of(corrected(article, right, editor))) == ["“Circus is not,”"]


def test_confirming_the_suggested_speaker_or_giving_a_claim_to_nobody_offers_nothing(
    article: Article, wrong: Speaker, editor: User
) -> None:
    assert chain_of(corrected(article, wrong, editor)) is None
    assert chain_of(corrected(article, None, editor, nth=1)) is None


def test_the_offer_follows_merges(article: Article, wrong: Speaker, right: Speaker, editor: User) -> None:
    survivor = make_speaker("Donald J. Trump")
    merging.merge_speakers(source=wrong, target=survivor, by=editor)

    assert len(contents(chain_of(corrected(article, right, editor)))) == 2
    assert chain_of(corrected(article, survivor, editor, nth=1)) is None


def test_a_surname_is_offered_where_the_right_speaker_bears_it(editor: User) -> None:
    boris, rachel = make_speaker("Boris Johnson"), make_speaker("Rachel Johnson")
    times = make_speaker("The Times", kind=SpeakerKind.ORGANISATION.value)
    article = make_article(text="Johnson said A. Johnson said B. Johnson said C. So wrote The Times.")
    for start in (0, 16, 32):
        make_claim(
            article=article,
            content=((start + 13, start + 14),),
            source=((start, start + 7),),
            speaker=boris,
        )

    assert contents(chain_of(corrected(article, rachel, editor))) == ["B", "C"]
    assert contents(chain_of(corrected(article, times, editor, nth=1))) == []


def test_a_long_content_is_cut_at_a_word(wrong: Speaker, right: Speaker, editor: User) -> None:
    article = written(wrong, right, f"“A,” he said.\n\n“{'word ' * 30}end,” he said.")

    (content,) = contents(chain_of(corrected(article, right, editor)))

    assert content.endswith("word …")
    assert len(content) <= 82


def test_the_number_of_queries_does_not_grow_with_the_chain(
    wrong: Speaker, right: Speaker, editor: User
) -> None:
    def queries(claims: int) -> int:
        article = written(wrong, right, "\n\n".join(f"“{number}” he said." for number in range(claims)))
        claim = Claim.objects.select_related("article", "speaker").get(
            pk=corrected(article, right, editor).pk
        )
        with CaptureQueriesContext(connection) as captured:
            chain = chain_of(claim)
        assert len(contents(chain)) == claims - 1
        return len(captured)

    assert queries(3) == queries(30)


def test_claims_far_away_are_not_looked_at(wrong: Speaker, right: Speaker, editor: User) -> None:
    article = written(wrong, right, f"“A,” he said.\n\n{'x' * 20_001}\n\n“B,” he said.")

    assert chain_of(corrected(article, right, editor)) is None
    assert article.claims.filter(state=ClaimState.SUGGESTED).count() == 1
