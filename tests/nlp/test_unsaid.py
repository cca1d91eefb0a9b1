"""Names of things in quotation marks are nobody's words; what somebody said is never lost to them."""

import re

import pytest

from annotations.nlp.draft import Span
from annotations.nlp.quotations import scan
from annotations.nlp.triples import Triple
from annotations.nlp.unsaid import without_unsaid


def triple(text, *content, cue, source=""):
    """Return the triple of these words of a text."""
    found = [re.search(rf"(?<!\w){re.escape(words)}", text) for words in (*content, cue, source)]
    spans = [Span(*match.span()) for match in found]
    return Triple(
        tuple(spans[:-2]), (spans[-2],), (spans[-1],) if source else (), "trained", cue, confidence=0.6
    )


def kept(text, *content, cue, source=""):
    """Return the contents that are left of one triple, none where it was dropped."""
    found = without_unsaid(text, [triple(text, *content, cue=cue, source=source)], scan(text))
    return [span.of(text) for claim in found for span in claim.content]


@pytest.mark.parametrize(
    ("text", "content", "cue", "source"),
    [
        ("The spot, titled “Arrogant,” ran on Monday.", "“Arrogant,”", "titled", ""),
        ("Sold under the slogan “Cool for life”.", "“Cool for life”", "slogan", "the"),
        ("The so-called “ghost bus” ran again.", "“ghost bus”", "so-called", ""),
        ("The so-called “ghost bus” ran again.", "“ghost bus”", "called", "so"),
        ("A shirt with the words “Lunch first” on it.", "“Lunch first” on it", "the words", ""),
        ("The bar sells a drink called “Queen of the North”.", "“Queen of the North”", "called", ""),
        ("A team, nicknamed “The Herons”, won.", "“The Herons”", "nicknamed", ""),
    ],
)
def test_a_name_that_nobody_is_said_to_give_is_no_claim(text, content, cue, source):
    assert kept(text, content, cue=cue, source=source) == []


@pytest.mark.parametrize(
    ("text", "content", "cue", "source"),
    [
        ("Lee titled it “Arrogant,” and left.", "“Arrogant,”", "titled", "Lee"),
        ("In the square, it called for “Justice”.", "“Justice”", "called for", ""),
        ("He was called “Unfit”.", "“Unfit”", "was called", ""),
        ("Critics called it unfit; one, called “a liar”, left.", "“a liar”", "called", ""),
        (
            "A speech titled “We will not go and they shall not pass” began.",
            "“We will not go and",
            "titled",
            "",
        ),
        ("Asked, she said “Hope”.", "“Hope”", "said", ""),
    ],
)
def test_words_that_somebody_gives_or_that_judge_are_kept(text, content, cue, source):
    assert kept(text, content, cue=cue, source=source) == [content]


@pytest.mark.parametrize(
    ("text", "content", "cue", "source"),
    [
        ("The network cancelled “Night Ferry”.", "“Night Ferry”", "cancelled", "The network"),
        (
            "She would also close the “carried interest” loophole.",
            "the “carried interest” loophole",
            "would also close",
            "She",
        ),
        ("The court has quickly sold the yacht “Hope”.", "the yacht “Hope”", "has quickly sold", "The court"),
        ("ABC is axing its “Muppets”.", "its “Muppets”", "is axing", "ABC"),
        ("They scrapped the “smart” meters.", "the “smart” meters", "scrapped", "They"),
        (
            "It is recalling 400 packets of “Crunchy Morning”.",
            "400 packets of “Crunchy Morning”",
            "is recalling",
            "It",
        ),
    ],
)
def test_what_is_done_to_a_thing_with_a_name_is_no_claim(text, content, cue, source):
    assert kept(text, content, cue=cue, source=source) == []


@pytest.mark.parametrize(
    ("text", "content", "cue", "source"),
    [
        ("Lee closed, saying “Enough”.", "“Enough”", "closed, saying", "Lee"),
        ("She recalled “Crunchy Morning” fondly.", "“Crunchy Morning”", "recalled", "She"),
        ("She recalled 40 years of “hell”.", "40 years of “hell”", "recalled", "She"),
        (
            "They want to close what Lee calls “the worst school of the whole wide county”.",
            "what Lee calls “the worst school of the whole wide county”",
            "close",
            "They",
        ),
        ("The council will close the school.", "the school", "close", "The council"),
    ],
)
def test_cues_that_speak_and_long_quotations_are_kept(text, content, cue, source):
    assert kept(text, content, cue=cue, source=source) == [content]
