"""Paragraphs that announce what the next one says: "Lee went on:"."""

from spacy.tokens import Doc

from annotations.nlp.components.candidates import lemma_of
from annotations.nlp.components.frames import frame_source
from annotations.nlp.components.syntax import characters, cue_stretch, is_verb, sentence_start
from annotations.nlp.triples import INTRODUCTION, Triple

# Too rare in the counted corpus to take its share from it.
_SHARE = 0.8


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
