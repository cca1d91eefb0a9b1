"""Who speaks: every source of an article's claims resolved to one speaker, in text order.

A name is looked up in the article's directory; a pronoun goes to the most salient person that its gender
allows; a description goes to `descriptions`.
"""

from functools import partial

from annotations.choices import SpeakerKind
from annotations.nlp.descriptions import Descriptions, new_entry
from annotations.nlp.directory import Directory, Entry
from annotations.nlp.discourse import SUBJECT, Discourse
from annotations.nlp.mentions import NameMention, pronoun_gender
from annotations.nlp.names import parse_name
from annotations.nlp.sources import Resolution, SourceReading, read_source
from annotations.nlp.triples import Triple

_REACH = 12
_THING_REACH = 3
_CLOSE_CALL = 0.8
_ANTECEDENT_REACH = 120

_RELATIVE = frozenset({"who", "which", "that", "whose", "whom"})
_THINGS = {
    "they": (SpeakerKind.GROUP, SpeakerKind.ORGANISATION),
    "their": (SpeakerKind.GROUP, SpeakerKind.ORGANISATION),
    "them": (SpeakerKind.GROUP, SpeakerKind.ORGANISATION),
    "it": (SpeakerKind.ORGANISATION, SpeakerKind.DOCUMENT),
    "its": (SpeakerKind.ORGANISATION, SpeakerKind.DOCUMENT),
}
_OPENINGS = ("a", "an", "the", "one", "some", "many", "his", "her")


class Resolver:
    """Resolves the sources of one article; made once, asked in text order."""

    def __init__(self, discourse: Discourse) -> None:
        self.discourse = discourse
        self._descriptions = Descriptions(discourse)

    @property
    def directory(self) -> Directory:
        """The names of the article."""
        return self.discourse.directory

    def resolve(self, triple: Triple) -> Resolution:
        """Return who the source of `triple` is; call it in text order."""
        if not triple.source:
            return Resolution()
        span = triple.source[0]
        self.discourse.read_to(span.start)
        inside = self.discourse.names_in(span.start, span.end)
        reading = read_source(span.of(self.discourse.text), span.start, inside)
        found = self._by_reading(reading, triple)
        if found.entry is not None:
            self.discourse.note_speaker(found.entry, span.start)
        return found

    def _by_reading(self, reading: SourceReading, triple: Triple) -> Resolution:
        if reading.name is not None:
            return self._by_name(reading.name)
        if reading.is_pronoun:
            return self._by_pronoun(reading.words.casefold(), triple.source[0].start)
        name = parse_name(reading.words)
        if name.core and all(word[0].isupper() for word in name.core):
            # A name that the mention finder missed, as it often does in headlines.
            meanings = self.directory.meanings(name)
            if len(meanings) == 1 and meanings[0].mentions:
                return Resolution(meanings[0], basis="name", anchor=meanings[0].mentions[0].start)
        return self._descriptions.resolve(reading, triple)

    def _by_name(self, mention: NameMention) -> Resolution:
        meanings = self.directory.meanings(parse_name(mention.text))
        if len(meanings) == 1:
            return Resolution(meanings[0], basis="name", anchor=mention.start)
        if not meanings:
            return Resolution(new_entry(mention.text, SpeakerKind.UNNAMED), basis="unnamed")
        nearest = sorted(meanings, key=partial(_latest_before, mention.start))
        return Resolution(candidates=tuple(nearest), basis="shared-name")

    def _by_pronoun(self, word: str, offset: int) -> Resolution:
        if word in _RELATIVE:
            return self._by_antecedent(offset)
        if gender := pronoun_gender(word):
            return self._most_salient(offset, gender)
        if kinds := _THINGS.get(word):
            event = self.discourse.thing_before(kinds, offset, reach=_THING_REACH)
            thing = self.discourse.last_thing(offset, reach=_THING_REACH) if word in ("it", "its") else None
            if thing is not None and (event is None or thing.start > event.offset or event.pull < SUBJECT):
                reading = read_source(self.discourse.text[thing.start : thing.end], thing.start, ())
                entry = self._descriptions.resolve(reading, None).entry
                if entry is not None:
                    return Resolution(entry, basis="pronoun", anchor=thing.start)
            if event is not None:
                return Resolution(event.entry, basis="pronoun", anchor=event.offset)
        return Resolution(basis="open-pronoun")

    def _most_salient(self, offset: int, gender: str) -> Resolution:
        ranked = self.discourse.people_before(offset, gender, reach=_REACH)
        if not ranked:
            return Resolution(basis="open-pronoun")
        best = ranked[0][1]
        others = tuple(event.entry for _, event in ranked[1:4])
        close = len(ranked) > 1 and ranked[1][0] > _CLOSE_CALL * ranked[0][0]
        basis = "close-pronoun" if close else "pronoun"
        return Resolution(best.entry, (best.entry, *others), basis, best.offset)

    def _by_antecedent(self, offset: int) -> Resolution:
        """What a relative pronoun stands for: the name or the description right before it."""
        text = self.discourse.text
        before = self.discourse.names_in(max(0, offset - _ANTECEDENT_REACH), offset)
        if before and not text[before[-1].end : offset].strip(" ,–—-'’s"):
            return self._by_name(before[-1])
        start = self.discourse.sentence_starts[self.discourse.sentence(offset)]
        clause = text[start:offset].rstrip(" ,")
        # A space before it, so that a description may open the sentence.
        folded = f" {clause}".casefold()
        opening = max(folded.rfind(f" {word} ") for word in _OPENINGS)
        if opening < 0:
            return Resolution(basis="open-pronoun")
        begin = start + opening
        inside = self.discourse.names_in(begin, offset)
        reading = read_source(clause[opening:], begin, inside)
        return self._by_name(reading.name) if reading.name else self._descriptions.resolve(reading, None)


def _latest_before(offset: int, entry: Entry) -> int:
    before = [mention.start for mention in entry.mentions if mention.start < offset]
    return -max(before, default=-1)
