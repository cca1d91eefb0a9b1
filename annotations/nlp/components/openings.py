"""Paragraphs that announce or carry speech by their form: "Lee went on:", and "LEE: ..." in transcripts."""

import re

from spacy.tokens import Doc

from annotations.nlp.components.candidates import lemma_of
from annotations.nlp.components.frames import frame_source
from annotations.nlp.components.syntax import characters, cue_stretch, is_verb, sentence_start
from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import trimmed
from annotations.nlp.triples import INTRODUCTION, Triple

_SPEAKER = re.compile(r"\s*[\"“]?(?P<name>[A-Z][A-Z.’'\-]+(?: [A-Z][A-Z.’'\-]+){0,3})(?P<colon>:)\s+(?=\S)")
_LEAST_NAME = 3
# Both forms are too rare in the counted corpus to take their share from it.
_SHARE = 0.8


def transcript_line(doc: Doc) -> Triple | None:
    """Return the triple of a paragraph in which capitals and a colon name who speaks; None for others."""
    match = _SPEAKER.match(doc.text)
    if match is None or len(match["name"]) < _LEAST_NAME:
        return None
    content = trimmed(doc.text, match.end(), len(doc.text))
    cue, source = Span(*match.span("colon")), Span(*match.span("name"))
    return Triple((content,), (cue,), (source,), "transcript", ":", _SHARE)


def introduction(doc: Doc) -> Triple | None:
    """Return a triple without content for a paragraph that ends in a colon; the next one is its content."""
    if not doc.text.rstrip().endswith(":"):
        return None
    start = sentence_start(doc[len(doc) - 1])
    verbs = [token for token in doc[start : len(doc)] if is_verb(token)]
    if not verbs:
        return None
    verb = next((token for token in verbs if token.head.i == token.i), verbs[-1])
    source = frame_source(doc, verb, (start, len(doc)))
    spans = () if source is None else (characters(doc, source),)
    return Triple((), (characters(doc, cue_stretch(verb)),), spans, INTRODUCTION, lemma_of(verb), _SHARE)
