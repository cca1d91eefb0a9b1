"""Turns of an exchange that no cue gives to anybody: whose turn it is, and when that stays open."""

import pytest

from annotations.nlp.draft import Span
from annotations.nlp.exchanges import EXCHANGE, exchanged
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import scan
from annotations.nlp.triples import Triple


def spans(text, *parts):
    return tuple(Span(text.index(part), text.index(part) + len(part)) for part in parts)


def claim(text, cue, source, *content):
    return Triple(spans(text, *content), spans(text, cue), spans(text, source) if source else (), "trained")


def turns(text, *claims):
    """Return who says which line that was given by its turn."""
    found = exchanged(text, claims, list(paragraphs(text)), scan(text))
    return {t.content[0].of(text): t.source[0].of(text) for t in found if t.construction == EXCHANGE}


ASKS, ANSWERS = "“Did you see him?” asked Ann Lee.", "“I saw his hat,” said Bo Roe."
AGAIN, LAST = "“What colour was it?”", "“It was green.”"


def interview(*lines):
    text = "\n\n".join((ASKS, ANSWERS, *lines))
    asks = claim(text, "asked", "Ann Lee", "“Did you see him?”")
    return text, asks, claim(text, "said", "Bo Roe", "“I saw his hat,”", *lines)


def test_next_question_is_the_askers_and_the_next_answer_the_others():
    text, asks, answers = interview(AGAIN, LAST)

    assert turns(text, asks, answers) == {AGAIN: "Ann Lee"}
    first, second, third = exchanged(text, (asks, answers), list(paragraphs(text)), scan(text))
    assert (first, second.content) == (asks, spans(text, "“I saw his hat,”", LAST))
    assert (third.content, third.cue, third.source) == (spans(text, AGAIN), (), spans(text, "Ann Lee"))


def test_answer_taken_by_the_asker_is_given_back():
    text, asks, answers = interview(AGAIN, LAST)
    asks, answers = (
        claim(text, "asked", "Ann Lee", "“Did you see him?”", AGAIN, LAST),
        claim(text, "said", "Bo Roe", "“I saw his hat,”"),
    )

    assert turns(text, asks, answers) == {LAST: "Bo Roe"}


def test_line_that_asks_nothing_goes_on_the_answer():
    text, asks, answers = interview("“It was in the window.”")

    assert turns(text, asks, answers) == {}


@pytest.mark.parametrize(
    ("line", "whom"),
    [
        ("“Will you stay?” a reporter asked Bo Roe on Sunday.", "Bo Roe"),
        ("“Will you stay?” a reporter asked him on Sunday.", "him"),
        ("“Will you stay?” a reporter asked the coach.", "the coach"),
    ],
)
def test_line_behind_a_question_is_the_answer_of_whoever_was_asked(line, whom):
    text = f"{line}\n\n“Not while I can walk.”"
    asks = claim(text, "asked", "a reporter", "“Will you stay?”", "“Not while I can walk.”")

    assert turns(text, asks) == {"“Not while I can walk.”": whom}


@pytest.mark.parametrize("whom", ["Bo Roe", "him"])
def test_asker_may_ask_again_and_the_answer_may_go_on(whom):
    text = f"“Will you stay?” a reporter asked {whom}.\n\n“No.”\n\n“Why?”\n\n“My knees.”\n\n“And my back.”"

    assert turns(text, claim(text, "asked", "a reporter", "“Will you stay?”")) == {
        "“No.”": whom,
        "“Why?”": "a reporter",
        "“My knees.”": whom,
        "“And my back.”": whom,
    }


@pytest.mark.parametrize(
    "line",
    [
        "“Will you stay?” asked Bo Roe.",
        "“Will you stay?” a reporter asked on Sunday.",
        "“Will you stay?” a reporter asked Sunday.",
        "“You will stay,” a reporter asked Bo Roe.",
        "“Will you stay?” a reporter said.",
    ],
)
def test_question_put_to_nobody_leaves_the_next_line_as_it_is(line):
    text = f"{line}\n\n“Not while I can walk.”"
    cue = "said" if "said" in line else "asked"
    source = "a reporter" if "reporter" in line else "Bo Roe"
    question = line[: line.index("”") + 1]

    assert turns(text, claim(text, cue, source, question, "“Not while I can walk.”")) == {}


SAYS, REPLIES = "“You put sugar in it,” Ann Lee {to}.", "“A spoonful of it,” Bo Lee said."


def retort(to, last):
    text = "\n\n".join((SAYS.format(to=to), REPLIES, last))
    return turns(
        text,
        claim(text, to.split()[0], "Ann Lee", "“You put sugar in it,”"),
        claim(text, "said." if to.startswith("told") else " said.", "Bo Lee", "“A spoonful of it,”", last),
    )


@pytest.mark.parametrize("to", ["snapped to her son, Bo", "told Bo", "snapped as she turned to Bo"])
def test_retort_goes_to_whoever_spoke_to_the_last_speaker(to):
    assert retort(to, "“That is how it begins.”") == {"“That is how it begins.”": "Ann Lee"}


@pytest.mark.parametrize(
    ("to", "last"),
    [
        ("snapped", "“That is how it begins.”"),
        ("snapped of Bo", "“That is how it begins.”"),
        ("told Bo", f"“That is how it begins{', and it goes on' * 6}.”"),
        ("told Bo", "That is how it begins."),
    ],
    ids=["said to nobody", "said of him", "too long", "no quotation"],
)
def test_line_behind_two_speakers_who_do_not_talk_to_each_other_stays(to, last):
    assert retort(to, last) == {}


def test_sources_that_may_be_one_speaker_make_no_exchange():
    text = f"“Did you see him?” asked Ann Lee.\n\n“I saw his hat,” she said.\n\n{AGAIN}"
    claims = (
        claim(text, "asked", "Ann Lee", "“Did you see him?”"),
        claim(text, "said", "she", "“I saw his hat,”", AGAIN),
    )

    assert turns(text, *claims) == {}


def test_line_that_goes_on_the_paragraph_before_stays_with_it():
    text = "“Will you stay?” a reporter asked Bo Roe. “For good?\n\n“Or for a year?”"
    asks = claim(text, "asked", "a reporter", "“Will you stay?”", "“For good?", "“Or for a year?”")

    assert turns(text, asks) == {}


def test_line_that_has_a_claim_of_its_own_stays():
    text, asks, answers = interview(AGAIN, "Ann Lee wanted to know.")
    answers, own = claim(text, "said", "Bo Roe", "“I saw his hat,”"), claim(text, "wanted", None, AGAIN)

    assert exchanged(text, (asks, answers, own), list(paragraphs(text)), scan(text)) == (asks, answers, own)
