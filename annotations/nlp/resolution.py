"""Who speaks: every source of an article's claims resolved to one speaker, in text order.

A name is looked up in the article's directory; a pronoun goes to the candidate that is ranked first; a
description goes to `descriptions`.
"""

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from annotations.choices import SpeakerKind
from annotations.nlp.descriptions import Descriptions, is_open, likely, new_entry
from annotations.nlp.directory import Directory, Entry
from annotations.nlp.discourse import Discourse, Form, Trace
from annotations.nlp.draft import Span
from annotations.nlp.lexicon import words
from annotations.nlp.mentions import NameMention, PronounMention, ThingMention, pronoun_gender
from annotations.nlp.names import Name, parse_name
from annotations.nlp.ranking import Order, Ranked, shipped_ranker
from annotations.nlp.roles import role_words
from annotations.nlp.sources import Resolution, SourceReading, read_source
from annotations.nlp.triples import Triple

_REACH = 12
_THING_REACH = 4
_SURNAME_REACH = 12
_CLOSE_CALL = 0.5
_SURE = 0.5
_MOST_MEANINGS = 12
# How many times likelier than the second the first candidate has to be.
_LEAST_LEAD, _SURNAME_LEAD = 1.15, 2.0
_LEAST_CHANCE, _LEAST_CHANCE_OF_THING = 0.05, 0.3
_ANTECEDENT_REACH = 120

_MOST_GROUNDS = 2
_SAID_OF = {
    "last to speak": "the last to speak",
    "opens the sentence before": "subject of the sentence before",
    "only candidate": "the only one who fits",
    "exactly so called": "exactly so called",
}
_FORENAMES = {"f": "a forename mostly women bear", "m": "a forename mostly men bear"}
_RELATIVE = frozenset({"who", "which", "that", "whose", "whom"})
_SELF = frozenset({"i", "me", "my", "we", "us", "our"})
_READER = frozenset({"you", "your"})
_PLURAL = frozenset({"they", "their", "them"})
_THING = frozenset({"it", "its"})
_EXPLETIVE = re.compile(
    r"[Ii]t\s+(?:was|is|has\s+been|had\s+been)\s+(?:said|believed|thought|hoped|feared|understood|claimed|"
    r"reported|expected|announced|argued|rumou?red|alleged|suggested)\b"
)
_SINGULAR_THEY = re.compile(
    r"\b(?:uses?\s+(?:the\s+pronouns?\s+)?[“\"‘']?they|they/them|they\s+and\s+them|pronouns?\s+(?:are|is)\s+[“\"‘']?they)\b"
)
_OPENINGS = ("a", "an", "the", "one", "some", "many", "his", "her")
_SOMEBODY = frozenset({"who", "whom"})
_APPOSED = re.compile(r",\s+(?:a|an|the|his|her|its|their)\s+[^.;:“”\"]{3,90}", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:\([^()]{1,30}\))?[\s,–—-]*(?:['’]s)?\s*")
_BYLINE = re.compile(
    r"^[ \t]*(?:By|BY)[ \t]+(?P<name>[A-Z][\w.’'-]+(?:[ \t]+[A-Z][\w.’'-]+){1,3})[ \t]*$", re.MULTILINE
)
_BIO = re.compile(
    r"^[ \t]*(?P<name>[A-Z][\w.’'-]+(?:[ \t]+[A-Z][\w.’'-]+){1,3})"
    r"(?:,[^.\n]{3,80},)?[ \t]+(?:is|was|writes|teaches|covers|served)\b[^\n]*$",
    re.MULTILINE,
)
_TOP, _BOTTOM = 600, 700


class Resolver:
    """Resolves the sources of one article; made once, asked once."""

    def __init__(self, discourse: Discourse, *, order: Order | None = None) -> None:
        self.discourse = discourse
        self.order = order or shipped_ranker()
        self._descriptions = Descriptions(discourse, self.order)
        mentions = discourse.mentions
        self._stream: list[NameMention | PronounMention | ThingMention] = sorted(
            [*mentions.names, *mentions.pronouns, *mentions.things], key=_start
        )
        self._next = 0
        self._settled: set[int] = set()
        self._meant: dict[int, Entry] = {}
        self._called: dict[int, str] = {}

    @property
    def directory(self) -> Directory:
        """The names of the article."""
        return self.discourse.directory

    def entry_of(self, mention: NameMention) -> Entry | None:
        """Return whom a name mention means once the article has been read; None where that stays open."""
        return self._meant.get(mention.start)

    def resolve_all(self, triples: Sequence[Triple]) -> list[Resolution]:
        """Return who the source of each of `triples` is."""
        found = [Resolution()] * len(triples)
        inner: list[int] = []
        sourced = [(triple.source[0].start, index) for index, triple in enumerate(triples) if triple.source]
        for _, index in sorted(sourced):
            triple = triples[index]
            reading = self._reading(triple)
            if reading.is_pronoun and reading.words.casefold() in _SELF and _host(triples, index) is not None:
                inner.append(index)
                continue
            found[index] = self._resolved(reading, triple)
        for index in inner:
            # "I" inside a quotation is whoever that quotation is given to.
            host = _host(triples, index)
            assert host is not None  # noqa: S101 - only those with a host were kept
            found[index] = Resolution(
                found[host].entry,
                found[host].candidates,
                "quoted-self" if found[host].entry else "open-pronoun",
                found[host].anchor,
                found[host].chance,
            )
        self._read_to(len(self.discourse.text) + 1)
        return found

    def _reading(self, triple: Triple) -> SourceReading:
        span = triple.source[0]
        inside = self.discourse.names_in(span.start, span.end)
        return read_source(span.of(self.discourse.text), span.start, inside)

    def _resolved(self, reading: SourceReading, triple: Triple) -> Resolution:
        span = triple.source[0]
        self._read_to(span.start)
        self._settled.add(span.start)
        found = self._by_reading(reading, triple)
        if found.entry is not None and " and " not in span.of(self.discourse.text):
            self.discourse.note_speaker(found.entry, span.start)
        return found

    def _by_reading(self, reading: SourceReading, triple: Triple) -> Resolution:
        if reading.name is not None:
            found = self._by_name(reading.name)
            others = tuple(e for name in reading.others if (e := self._by_name(name).entry) is not None)
            if found.entry is None or not others:
                return found
            return Resolution(found.entry, (found.entry, *others), "joint", found.anchor)
        offset = triple.source[0].start
        if reading.is_pronoun:
            return self._by_pronoun(reading.words.casefold(), offset, triple)
        if (owned := self._owned_body(reading, offset)) is not None:
            return owned
        name = parse_name(reading.words)
        if name.core and all(word[0].isupper() for word in name.core):
            # A name that the mention finder missed, as it often does in headlines.
            meanings = self.directory.meanings(name)
            if len(meanings) == 1 and meanings[0].mentions:
                return Resolution(meanings[0], basis="name", anchor=meanings[0].mentions[0].start)
        return self._descriptions.resolve(reading, offset, triple)

    def _owned_body(self, reading: SourceReading, offset: int) -> Resolution | None:
        """The body that a possessive makes somebody's: "her campaign" is the Lee campaign."""
        owner, _, body = reading.words.partition(" ")
        gender = pronoun_gender(owner)
        if not gender or body.casefold() not in words("owned_bodies"):
            return None
        found = self._person(offset, gender)
        if found.entry is None:
            return None
        for name in (found.entry.name.last.title(), found.entry.name.text):
            named = replace(reading, words=f"the {name} {body}", is_definite=True)
            known = self._descriptions.resolve(named, offset)
            if known.basis == "description":
                break
        return replace(known, basis="owned", anchor=found.anchor, chance=found.chance)

    def _by_name(self, mention: NameMention) -> Resolution:
        meanings = self.directory.meanings(parse_name(mention.text))
        if len(meanings) == 1:
            return Resolution(meanings[0], basis="name", anchor=mention.start)
        if not meanings:
            reading = SourceReading(mention.text, kind=SpeakerKind.UNNAMED)
            return Resolution(new_entry(reading), basis="unnamed")
        return self._shared(meanings, mention)

    def _shared(self, meanings: Sequence[Entry], mention: NameMention) -> Resolution:
        kinds = (SpeakerKind.PERSON, SpeakerKind.ORGANISATION)
        lately = {id(t.entry): t for t in self.discourse.traces(mention.start, kinds, reach=_SURNAME_REACH)}
        # The likeliest come first; a book can have hundreds of one name.
        meanings = meanings[:_MOST_MEANINGS]
        traces = [lately.get(id(entry), Trace(entry)) for entry in meanings]
        gender = parse_name(mention.text).gender or self._gender_behind(mention)
        traces = [trace for trace in traces if trace.entry.gender in ("", gender) or not gender] or traces
        title = role_words(parse_name(mention.text).title)
        exact = frozenset(id(e) for e in meanings if any(title & role_words(role) for role in e.roles))
        query = self._descriptions.query("surname", mention.start, gender=gender, exact=exact)
        ranked = self.order.rank(query, traces)
        return _choice(ranked, "shared-name", "shared-name", least_lead=_SURNAME_LEAD)

    def _gender_behind(self, mention: NameMention) -> str:
        """The gender that its sentence gives a bare surname: "Lee said, before she walked out"."""
        end = self.discourse.end_of_sentence(mention.start)
        pronouns = self.discourse.mentions.pronouns
        index = bisect_left(pronouns, mention.end, key=_start)
        found = set()
        while index < len(pronouns) and pronouns[index].start < end:
            if not pronouns[index].is_quoted:
                found.add(pronouns[index].gender)
            index += 1
        return found.pop() if len(found) == 1 else ""

    def _by_pronoun(self, word: str, offset: int, triple: Triple | None) -> Resolution:
        if word in _RELATIVE:
            return self._by_antecedent(word, offset)
        if word in _SELF:
            return Resolution(self._author, basis="author")
        if word in _READER:
            return Resolution(self._readers, basis="readers")
        content = triple.content if triple else ()
        if gender := pronoun_gender(word):
            found = self._person(offset, gender, content)
            return found if found.candidates else self._person_ahead(offset, gender)
        if word in _PLURAL:
            kinds = (SpeakerKind.GROUP, SpeakerKind.ORGANISATION)
            found = self._thing("plural", kinds, offset, content)
            return found if found.entry is not None or self._they is None else self._they
        if word in _THING and not _EXPLETIVE.match(self.discourse.text, offset):
            kinds = (SpeakerKind.ORGANISATION, SpeakerKind.DOCUMENT)
            return self._thing("thing", kinds, offset, content)
        return Resolution(basis="open-pronoun")

    def _person(self, offset: int, gender: str, content: tuple[Span, ...] = ()) -> Resolution:
        kinds = (SpeakerKind.PERSON, SpeakerKind.UNNAMED)
        traces = [
            trace
            for trace in self.discourse.traces(offset, kinds, reach=_REACH)
            if (trace.entry.is_person or trace.entry.is_being)
            and not (trace.entry.gender and trace.entry.gender != gender)
            and trace.entry is not self._author
        ]
        query = self._descriptions.query(
            "person", offset, gender=gender, content=content, called=self._called
        )
        ranked = self.order.rank(query, traces)
        found = _choice(ranked, "pronoun", "close-pronoun")
        if found.entry is not None and "forename agrees" in ranked[0].features:
            weak = f"{found.grounds} ({_FORENAMES[gender]})".strip()
            found = replace(found, grounds=weak)
        if found.entry is not None and found.basis == "pronoun":
            self._called.setdefault(id(found.entry), gender)
        return found

    def _person_ahead(self, offset: int, gender: str) -> Resolution:
        """The first person named later in the sentence: "When he opened it, Bo Roe said ..."."""
        for mention in self.discourse.names_in(offset, self.discourse.end_of_sentence(offset)):
            entry = self.discourse.entry_of(mention)
            if entry is not None and entry.is_person and entry.gender in ("", gender):
                return Resolution(entry, (entry,), "close-pronoun", mention.start, _SURE)
        return Resolution(basis="open-pronoun")

    def _thing(
        self, family: str, kinds: tuple[SpeakerKind, ...], offset: int, content: tuple[Span, ...]
    ) -> Resolution:
        traces = [
            trace for trace in self.discourse.traces(offset, kinds, reach=_THING_REACH) if trace.entry.can_act
        ]
        query = self._descriptions.query(family, offset, content=content)
        return _choice(
            self.order.rank(query, traces), "pronoun", "close-pronoun", least_chance=_LEAST_CHANCE_OF_THING
        )

    def _by_antecedent(self, word: str, offset: int) -> Resolution:
        """What a relative pronoun stands for: the name or the description right before it."""
        text = self.discourse.text
        before = self.discourse.names_in(max(0, offset - _ANTECEDENT_REACH), offset)
        if word in _SOMEBODY:
            # "Bo Roe, a clerk at the Treasury who": a body is no somebody.
            people = [name for name in before if name.label in ("PERSON", "")]
            described = people and _APPOSED.fullmatch(text, people[-1].end, offset)
            if described and (entry := self.discourse.entry_of(people[-1])) is not None and entry.is_person:
                return self._by_name(people[-1])
        if before and _BETWEEN.fullmatch(text, before[-1].end, offset):
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
        return self._by_name(reading.name) if reading.name else self._descriptions.resolve(reading, begin)

    @cached_property
    def _author(self) -> Entry:
        """Who says "I" in the article's own voice: the name of its byline or of the note on its author."""
        text = self.discourse.text
        match = _BYLINE.search(text[:_TOP]) or next(
            (
                found
                for found in _BIO.finditer(text[-_BOTTOM:])
                if found.end() >= len(text[-_BOTTOM:].rstrip()) - 2
            ),
            None,
        )
        if match is None:
            return Entry(Name(("the", "author")), SpeakerKind.UNNAMED)
        name = parse_name(match["name"])
        meanings = self.directory.meanings(name)
        return meanings[0] if len(meanings) == 1 else Entry(name, SpeakerKind.PERSON)

    @cached_property
    def _they(self) -> Resolution | None:
        """The person whose pronoun "they" is, where the text says so ("who uses they and them")."""
        match = _SINGULAR_THEY.search(self.discourse.text)
        if match is None:
            return None
        before = self.discourse.names_in(max(0, match.start() - _ANTECEDENT_REACH), match.start())
        people = [entry for name in before if (entry := self.discourse.entry_of(name)) and entry.is_person]
        return Resolution(people[-1], (people[-1],), "pronoun", before[-1].start, 0.8) if people else None

    @cached_property
    def _readers(self) -> Entry:
        return Entry(Name(("readers",)), SpeakerKind.GROUP)

    def _read_to(self, offset: int) -> None:
        """Take in the mentions up to `offset`."""
        while self._next < len(self._stream) and self._stream[self._next].start < offset:
            mention = self._stream[self._next]
            self._next += 1
            if isinstance(mention, NameMention):
                self._take_in_name(mention)
            elif mention.start in self._settled:
                continue
            elif isinstance(mention, ThingMention):
                self._take_in_thing(mention)
            elif not mention.is_quoted:
                found = self._person(mention.start, mention.gender)
                if found.entry is not None and found.chance >= _SURE:
                    self.discourse.note(
                        found.entry, mention.start, Form.PRONOUN, is_subject=mention.is_subject
                    )

    def _take_in_name(self, mention: NameMention) -> None:
        entry = self.discourse.entry_of(mention)
        if entry is None and (entry := self._by_name_if_shared(mention)) is not None:
            # Whoever is called by the bare surname once is called so again.
            entry.mentions.append(mention)
            entry.aliases[mention.text] += 1
        if entry is not None:
            self._meant[mention.start] = entry
            self.discourse.note(
                entry,
                mention.start,
                Form.NAME,
                is_subject=mention.is_subject,
                is_quoted=mention.is_quoted,
            )

    def _by_name_if_shared(self, mention: NameMention) -> Entry | None:
        meanings = self.directory.meanings(parse_name(mention.text))
        return self._shared(meanings, mention).entry if meanings else None

    def _take_in_thing(self, mention: ThingMention) -> None:
        phrase = self.discourse.text[mention.start : mention.end]
        inside = self.discourse.names_in(mention.start, mention.end)
        reading = read_source(phrase, mention.start, inside)
        if reading.name is None and not reading.is_pronoun:
            entry = self._descriptions.resolve(reading, mention.start).entry
            if entry is not None:
                self.discourse.note(entry, mention.start, Form.DESCRIPTION, is_subject=True)


def _choice(
    ranked: Sequence[Ranked],
    basis: str,
    close: str,
    *,
    least_lead: float = _LEAST_LEAD,
    least_chance: float = _LEAST_CHANCE,
) -> Resolution:
    """Return the best of the ranked candidates, none where it is too weak."""
    if not ranked:
        return Resolution(basis="open-pronoun")
    best = ranked[0]
    candidates = likely(ranked)
    if is_open(ranked, least_lead, least_chance):
        return Resolution(candidates=candidates, basis="open-pronoun" if basis == "pronoun" else basis)
    grounds = _grounds(best)
    if len(ranked) > 1 and ranked[1].chance > _CLOSE_CALL * best.chance:
        basis = close
    return Resolution(best.entry, candidates, basis, best.anchor, best.chance, grounds)


def _grounds(best: Ranked) -> str:
    """Say in a few words what speaks for a candidate beside its place, for the reader to check."""
    found = best.features
    grounds = [said for feature, said in _SAID_OF.items() if feature in found]
    return ", ".join(grounds[:_MOST_GROUNDS])


def _host(triples: Sequence[Triple], index: int) -> int | None:
    """Return the index of the claim in whose content the source of another stands."""
    start = triples[index].source[0].start
    before, after = range(index - 1, max(-1, index - 8), -1), range(index + 1, min(len(triples), index + 8))
    for other in itertools.chain(before, after):
        if any(span.start <= start < span.end for span in triples[other].content):
            return other
    return None


def _start(mention: NameMention | PronounMention | ThingMention) -> int:
    return mention.start
