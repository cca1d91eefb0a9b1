"""One real article as it comes out of a crawl: its claims, their spans and their speakers' full names."""

import pytest

from annotations.choices import ClaimKind, Region, SpeakerKind
from tests.nlp.reading import Reading

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def article(request) -> Reading:
    """The article, annotated once; skipped where the folder with real articles is absent."""
    from annotations.nlp import pipeline
    from tests.conftest import SHARED

    path = SHARED / "articles" / "independent-2025-02-24.txt"
    if not path.is_file():
        pytest.skip("the folder ../shared with real articles is not here")
    text = path.read_text(encoding="utf-8")
    return Reading(text, pipeline.annotate(text))


def test_no_claim_stands_in_the_appeal_or_the_photo_credit(article):
    regions = article.draft.paragraphs
    furniture = [paragraph for paragraph in regions if paragraph.region is Region.BOILERPLATE]

    assert [regions.index(paragraph) for paragraph in furniture] == [0, 9]
    for claim in article.draft.claims:
        for span in (*claim.content, *claim.cue, *claim.source):
            assert not any(p.start < span.end and span.start < p.end for p in furniture)


@pytest.mark.parametrize(
    ("opening", "lengths"),
    [
        ("It looks like", [41]),
        ("Yeah, he will", [26, 91]),
        ("Russia does not hold", [49]),
        ("Ukrainian and US teams", [97, 86]),
        ("We hope that both", [136]),
    ],
)
def test_direct_quotes_have_their_full_span(article, opening, lengths):
    claim = article.claim(opening)

    assert claim.kind is ClaimKind.DIRECT
    assert [span.end - span.start for span in claim.content] == lengths
    assert all(span.of(article.text)[0] in '“"' for span in claim.content)


def test_quote_behind_a_reported_clause_is_whole(article):
    claim = article.claim("I will not sign")

    assert claim.kind in (ClaimKind.DIRECT, ClaimKind.MIXED)
    assert any(span.of(article.text).endswith("will have to pay back.”") for span in claim.content)


NAMES = {
    "final stages”": "Olha Stefanishyna",
    "finish this year": "Volodymyr Zelensky",
    "It looks like": "Donald Trump",
    "Yeah, he will": "Donald Trump",
    "Russia does not hold": "Keir Starmer",
    "Ukrainian and US teams": "Olha Stefanishyna",
    "I will not sign": "Volodymyr Zelensky",
    "We hope that both": "Olha Stefanishyna",
    "dictator": "Donald Trump",
    "win-win": "Scott Bessent",
    "paid an exorbitant price": "Institute for the Study of War",
}


def test_direct_and_mixed_claims_have_the_right_full_names(article):
    quoted = [claim for claim in article.draft.claims if claim.kind is not ClaimKind.INDIRECT]
    found = {words: article.speaker(words) for words in NAMES}

    assert len(quoted) == len(NAMES)
    assert found == NAMES


def test_scare_quote_is_no_claim(article):
    start = article.text.index("backstop")

    assert not any(span.start <= start < span.end for claim in article.draft.claims for span in claim.content)


def test_people_have_full_names_and_nobody_is_there_twice(article):
    people = {
        speaker.name: speaker for speaker in article.draft.speakers if speaker.kind is SpeakerKind.PERSON
    }

    assert len(set(article.names())) == len(article.names())
    assert {"Donald Trump", "Volodymyr Zelensky", "Keir Starmer", "Olha Stefanishyna"} <= people.keys()
    assert {name for name in people if " " not in name} <= {"Putin"}
    assert not any("Zelesnky" in name for name in article.names())
    assert {"Trump", "Mr Trump"} <= set(people["Donald Trump"].aliases)
    assert "Zelesnky" in people["Volodymyr Zelensky"].aliases
