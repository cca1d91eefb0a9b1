"""Joining the triples of paragraphs into claims."""

from annotations.nlp.assembly import ParagraphTriples, assemble
from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import scan
from annotations.nlp.triples import INTRODUCTION, Triple


def spans(text, *parts):
    return tuple(Span(text.index(part), text.index(part) + len(part)) for part in parts)


def assembled(text, *triples):
    """Return the contents of the assembled claims, piece by piece, with their cues."""
    parts = [
        ParagraphTriples(
            line, tuple(t for t in triples if line.start <= (t.content or t.cue)[0].start < line.end)
        )
        for line in paragraphs(text)
    ]
    found = assemble(text, parts, scan(text))
    return [
        ([span.of(text) for span in triple.content], [span.of(text) for span in triple.cue])
        for triple in found
    ]


def quotation(text, words):
    return Triple(spans(text, words), (), (), "quotation")


def said(text, words, cue="said"):
    return Triple(spans(text, words), spans(text, cue), (), "free-right-near", "say")


def test_quotation_that_goes_on_joins_even_a_paragraph_with_its_own_cue():
    text = "Lee wrote: “One.\n\n“Two,” she said."
    first = Triple(spans(text, "“One."), spans(text, "wrote"), (), "free-left-:-1", "write")

    assert assembled(text, first, said(text, "“Two,”")) == [(["“One.", "“Two,”"], ["wrote"])]


def test_closed_quotation_does_not_join_a_paragraph_with_its_own_cue():
    text = "“One,” he added.\n\n“Two,” she said."

    assert assembled(text, said(text, "“One,”", "added"), said(text, "“Two,”")) == [
        (["“One,”"], ["added"]),
        (["“Two,”"], ["said"]),
    ]


def test_bare_quotation_joins_the_claim_before_it():
    text = "“One,” she said.\n\n“Two.”"

    assert assembled(text, said(text, "“One,”"), quotation(text, "“Two.”")) == [
        (["“One,”", "“Two.”"], ["said"])
    ]


def test_bare_quotation_at_the_start_joins_the_claim_after_it():
    text = "“One.”\n\n“Two,” she said."

    assert assembled(text, quotation(text, "“One.”"), said(text, "“Two,”")) == [
        (["“One.”", "“Two,”"], ["said"])
    ]


def test_a_paragraph_between_keeps_quotations_apart():
    text = "“One.”\n\nThe rain fell all night long.\n\n“Two,” she said."

    assert assembled(text, quotation(text, "“One.”"), said(text, "“Two,”")) == [
        (["“One.”"], []),
        (["“Two,”"], ["said"]),
    ]


def test_introduction_takes_the_next_paragraph_and_nothing_else():
    text = "Lee went on:\n\n“One.”\n\nThe rain fell.\n\nLee went home:\n\nThe rain fell again."
    first = Triple((), spans(text, "went on"), (), INTRODUCTION, "go_on")
    second = Triple((), spans(text, "went home"), (), INTRODUCTION, "go")

    assert assembled(text, first, quotation(text, "“One.”"), second) == [(["“One.”"], ["went on"])]
