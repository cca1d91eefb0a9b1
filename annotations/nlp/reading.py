"""What is read from an article before anybody asks who is who: its sentences, claims and mentions."""

from dataclasses import dataclass

from annotations.nlp.draft import DraftSentence
from annotations.nlp.mentions import Mentions
from annotations.nlp.triples import Triple


@dataclass(frozen=True, slots=True)
class Reading:
    """Sentences, triples and mentions of one article in text order, with offsets into it."""

    sentences: tuple[DraftSentence, ...]
    triples: tuple[Triple, ...]
    mentions: Mentions
