"""Who speaks: every source of an article's claims resolved to one speaker, in text order.

A name is looked up in the article's directory; a pronoun goes to the most salient person that its gender
allows; a description to the person whose role it gives, else it stays what the text calls it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from annotations.choices import SpeakerKind
from annotations.nlp.directory import Directory, Entry, role_words
from annotations.nlp.lexicon import words
from annotations.nlp.mentions import Mentions, NameMention, pronoun_gender
from annotations.nlp.names import Name, parse_name
from annotations.nlp.sources import SourceReading, read_source
from annotations.nlp.triples import Triple

# How much one mention draws a pronoun: measured by reading dev articles, only their order matters.
_SUBJECT, _OTHER, _QUOTED, _SPOKE = 1.0, 0.55, 0.15, 1.25
_DECAY = 0.72
_UNKNOWN_GENDER = 0.7
_REACH = 12
_TOPIC_REACH = 3
_CLOSE_CALL = 0.8

_RELATIVE = frozenset({"who", "which", "that", "whose", "whom"})


@dataclass(frozen=True, slots=True)
class Resolution:
    """The speaker of one claim: an entry and how it was found, or the entries that fit.

    `basis` names the rule, `anchor` is the offset of the mention that settled it.
    """

    entry: Entry | None = None
    candidates: tuple[Entry, ...] = ()
    basis: str = "none"
    anchor: int | None = None


@dataclass(slots=True)
class _Event:
    """A place where an entry was mentioned, with the pull of that mention."""

    sentence: int
    offset: int
    entry: Entry
    pull: float


@dataclass(slots=True)
class Resolver:
    """Resolves the sources of one article; made once, asked in text order."""

    text: str
    mentions: Mentions
    directory: Directory
    sentence_starts: Sequence[int]
    described: list[tuple[frozenset[str], SourceReading, Entry]] = field(default_factory=list)
    _events: list[_Event] = field(default_factory=list)
    _name_starts: list[int] = field(default_factory=list)
    _next_name: int = 0

    def __post_init__(self) -> None:
        self._name_starts = [mention.start for mention in self.mentions.names]
        self._vote()

    def resolve(self, triple: Triple) -> Resolution:
        """Return who the source of `triple` is; call it in text order."""
        if not triple.source:
            return Resolution()
        span = triple.source[0]
        self._hear_names_before(span.start)
        inside = self._names_in(span.start, span.end)
        reading = read_source(self.text[span.start : span.end], span.start, inside)
        found = self._by_reading(reading, triple)
        if found.entry is not None:
            self._events.append(_Event(self._sentence(span.start), span.start, found.entry, _SPOKE))
        return found

    def entry_of(self, mention: NameMention) -> Entry | None:
        """Return the one entry that a name mention means, None where there is none or more than one."""
        meanings = self.directory.meanings(parse_name(mention.text))
        return meanings[0] if len(meanings) == 1 else None

    # -- reading ---------------------------------------------------------------------------------------

    def _by_reading(self, reading: SourceReading, triple: Triple) -> Resolution:
        if reading.name is not None:
            return self._by_name(reading.name)
        if reading.is_pronoun:
            return self._by_pronoun(reading.words, triple)
        name = parse_name(reading.words)
        if name.core and all(word[0].isupper() for word in name.core):
            # A name that the mention finder missed, as it often does in headlines.
            meanings = self.directory.meanings(name)
            if len(meanings) == 1 and meanings[0].mentions:
                return Resolution(meanings[0], basis="name", anchor=meanings[0].mentions[0].start)
        return self._by_description(reading, triple)

    def _by_name(self, mention: NameMention) -> Resolution:
        meanings = self.directory.meanings(parse_name(mention.text))
        if len(meanings) == 1:
            return Resolution(meanings[0], basis="name", anchor=mention.start)
        if not meanings:
            return Resolution(self._new_entry(mention.text, SpeakerKind.UNNAMED), basis="unnamed")
        nearest = sorted(meanings, key=partial(self._last_heard, mention.start))
        return Resolution(candidates=tuple(nearest), basis="shared-name")

    def _last_heard(self, offset: int, entry: Entry) -> int:
        before = [mention.start for mention in entry.mentions if mention.start < offset]
        return -max(before, default=-1)

    def _new_entry(self, text: str, kind: SpeakerKind) -> Entry:
        # A body is listed under its name alone: "Lee administration", not "the Lee administration".
        words_of_name = text.split()
        if (
            kind is SpeakerKind.ORGANISATION
            and words_of_name[0].casefold() == "the"
            and len(words_of_name) > 2
        ):
            words_of_name = words_of_name[1:]
        return Entry(Name(tuple(words_of_name)), kind)

    def _by_pronoun(self, word: str, triple: Triple) -> Resolution:
        folded = word.casefold()
        offset = triple.source[0].start
        if folded in _RELATIVE:
            return self._by_antecedent(offset)
        gender = pronoun_gender(folded)
        if gender:
            return self._most_salient(offset, gender)
        if folded in ("they", "their", "them", "it", "its"):
            plural = folded[0] == "t"
            kinds = (
                (SpeakerKind.GROUP, SpeakerKind.ORGANISATION)
                if plural
                else (SpeakerKind.ORGANISATION, SpeakerKind.DOCUMENT)
            )
            for event in reversed(self._events[-40:]):
                if event.entry.kind in kinds and self._sentence(offset) - event.sentence <= 3:
                    return Resolution(event.entry, basis="pronoun", anchor=event.offset)
        return Resolution(basis="open-pronoun")

    def _by_antecedent(self, offset: int) -> Resolution:
        before = self._names_in(max(0, offset - 120), offset)
        if before and not self.text[before[-1].end : offset].strip(" ,–—-'’s"):
            return self._by_name(before[-1])
        start = self.sentence_starts[self._sentence(offset)]
        clause = self.text[start:offset].rstrip(" ,")
        opening = max(
            clause.rfind(f" {word} ") for word in ("a", "an", "the", "one", "some", "many", "his", "her")
        )
        if opening >= 0:
            begin = start + opening + 1
            inside = self._names_in(begin, offset)
            reading = read_source(self.text[begin:offset].rstrip(" ,"), begin, inside)
            return (
                self._by_description(reading, None) if reading.name is None else self._by_name(reading.name)
            )
        return Resolution(basis="open-pronoun")

    # -- salience --------------------------------------------------------------------------------------

    def _most_salient(self, offset: int, gender: str) -> Resolution:
        ranked = self._ranked(offset, gender, reach=_REACH)
        if not ranked:
            return Resolution(basis="open-pronoun")
        best = ranked[0][1]
        others = tuple(event.entry for _, event in ranked[1:4])
        close = len(ranked) > 1 and ranked[1][0] > _CLOSE_CALL * ranked[0][0]
        return Resolution(
            best.entry, (best.entry, *others), "close-pronoun" if close else "pronoun", best.offset
        )

    def _ranked(self, offset: int, gender: str, *, reach: int) -> list[tuple[float, _Event]]:
        """Return the people of the last `reach` sentences, with pull and last mention, strongest first."""
        here = self._sentence(offset)
        scores: dict[int, float] = {}
        last: dict[int, _Event] = {}
        for event in reversed(self._events):
            distance = here - event.sentence
            if distance > reach:
                break
            entry = event.entry
            contrary = gender and entry.gender and entry.gender != gender
            if contrary or entry.kind not in (SpeakerKind.PERSON, SpeakerKind.UNNAMED):
                continue
            pull = event.pull * _DECAY**distance * (1.0 if entry.gender else _UNKNOWN_GENDER)
            scores[id(entry)] = max(scores.get(id(entry), 0.0), pull)
            last.setdefault(id(entry), event)
        return sorted(((pull, last[key]) for key, pull in scores.items()), key=_by_pull)

    def _hear_names_before(self, offset: int) -> None:
        names = self.mentions.names
        while self._next_name < len(names) and names[self._next_name].start < offset:
            mention = names[self._next_name]
            self._next_name += 1
            entry = self.entry_of(mention)
            if entry is not None:
                pull = _QUOTED if mention.is_quoted else _SUBJECT if mention.is_subject else _OTHER
                self._events.append(_Event(self._sentence(mention.start), mention.start, entry, pull))

    def _vote(self) -> None:
        """Let pronouns that can mean one person only tell that person's gender."""
        ballots: list[tuple[Entry, str]] = []
        for pronoun in self.mentions.pronouns:
            if pronoun.is_quoted:
                continue
            here = self._sentence(pronoun.start)
            opens = not self.text[self.sentence_starts[here] : pronoun.start].strip(' “"')
            sentence = here - 1 if opens else here
            if sentence < 0:
                continue
            near = self._names_in(self.sentence_starts[sentence], pronoun.start)
            named = [(m, e) for m in near if not m.is_quoted and (e := self.entry_of(m)) is not None]
            people = [mention for mention, entry in named if entry.is_person]
            entries = {id(entry): entry for _, entry in named if entry.is_person}
            if len(entries) == 1 and (opens or people[0].is_subject) and pronoun.is_subject is opens:
                ballots += [(entry, pronoun.gender) for entry in entries.values()]
        # Counted at the end, since each vote may change what a bare surname means.
        for entry, gender in ballots:
            self.directory.vote(entry, gender)

    # -- descriptions ----------------------------------------------------------------------------------

    def _by_description(self, reading: SourceReading, triple: Triple | None) -> Resolution:
        wanted = role_words(reading.words)
        if reading.is_definite:
            fitting = self._with_role(wanted, reading.head)
            if len(fitting) == 1:
                return Resolution(fitting[0], basis="role", anchor=fitting[0].mentions[0].start)
            if len(fitting) > 1:
                return Resolution(candidates=tuple(fitting[:4]), basis="shared-role")
        for known, earlier, entry in reversed(self.described):
            alike = earlier.kind is reading.kind and _same_head(earlier.head, reading.head)
            fits = wanted <= known or known <= wanted if reading.is_definite else wanted == known
            if alike and fits:
                return Resolution(entry, basis="description")
        if reading.is_definite and reading.is_person and triple is not None:
            guess = self._by_elimination(triple) or self._by_topic(triple)
            if guess is not None and guess.entry is not None:
                self.described.append((wanted, reading, guess.entry))
                return guess
        plain_body = reading.is_definite and reading.kind is SpeakerKind.ORGANISATION and len(wanted) == 1
        if plain_body and triple is not None:
            body = self._last_body(triple.source[0].start)
            if body is not None:
                return Resolution(body.entry, basis="topic", anchor=body.offset)
        entry = self._new_entry(reading.words, reading.kind)
        self.described.append((wanted, reading, entry))
        return Resolution(entry, basis="unnamed")

    def _with_role(self, wanted: frozenset[str], head: str) -> list[Entry]:
        fitting = []
        for entry in self.directory.entries:
            for role in entry.roles:
                own = role_words(role)
                if _heads_agree(head, own) and (wanted <= own or (own <= wanted and len(own) > 1)):
                    fitting.append(entry)
                    break
        return fitting

    def _by_elimination(self, triple: Triple) -> Resolution | None:
        """The one person of the right gender whose role the article does not give otherwise."""
        gender = self._gender_of_content(triple)
        if not gender:
            return None
        free = [
            e
            for e in self.directory.entries
            if e.is_person and e.gender == gender and not e.roles and e.mentions
        ]
        if len(free) != 1:
            return None
        return Resolution(free[0], (free[0],), "elimination", free[0].mentions[0].start)

    def _by_topic(self, triple: Triple) -> Resolution | None:
        """The person that the sentences before were about, where the article gives them no other role."""
        ranked = self._ranked(triple.source[0].start, self._gender_of_content(triple), reach=_TOPIC_REACH)
        for _, event in ranked:
            if event.entry.is_person and not event.entry.roles and event.pull > _QUOTED:
                return Resolution(event.entry, (event.entry,), "topic", event.offset)
        return None

    def _gender_of_content(self, triple: Triple) -> str:
        """The gender of the first pronoun that opens the content: "said her country ..."."""
        opening = self.text[triple.content[0].start : triple.content[0].end].split()[:3]
        for word in opening:
            if gender := pronoun_gender(word.strip(',.“”"')):
                return gender
        return ""

    def _last_body(self, offset: int) -> _Event | None:
        here = self._sentence(offset)
        for event in reversed(self._events):
            if here - event.sentence > 4:
                return None
            labels = {mention.label for mention in event.entry.mentions}
            if event.entry.kind is SpeakerKind.ORGANISATION and "ORG" in labels:
                return event
        return None

    # -- places ----------------------------------------------------------------------------------------

    def _sentence(self, offset: int) -> int:
        return max(0, bisect_right(self.sentence_starts, offset) - 1)

    def _names_in(self, start: int, end: int) -> list[NameMention]:
        names = self.mentions.names
        found = []
        index = bisect_left(self._name_starts, start)
        while index < len(names) and names[index].start < end:
            if names[index].end <= end:
                found.append(names[index])
            index += 1
        return found


def _by_pull(ranked: tuple[float, _Event]) -> tuple[float, int]:
    return -ranked[0], -ranked[1].offset


def _same_head(first: str, second: str) -> bool:
    return first == second or bool(role_words(first) & role_words(second))


def _heads_agree(head: str, own: frozenset[str]) -> bool:
    heads = role_words(head)
    return bool(heads) and heads <= own and bool(heads & words("roles"))
