"""Who an article has been talking about up to a place in it: the memory that pronouns and roles draw on."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from annotations.choices import SpeakerKind
from annotations.nlp.directory import Directory, Entry, is_place, names_place
from annotations.nlp.lexicon import mostly_borne_by
from annotations.nlp.mentions import Mentions, NameMention
from annotations.nlp.names import parse_name

_BODY_REACH = 4
_MANY_BALLOTS = 3
_NICKNAMED = re.compile(
    r",?\s+(?:\(|who\s+(?:is|was)\s+|also\s+|better\s+|widely\s+|popularly\s+|often\s+)*"
    r"(?:known|called|nicknamed|dubbed|aka|a\.k\.a\.)\s+(?:(?!as\b)\w+\s+){0,4}?(?:as\s+|simply\s+)*[“\"‘']?"
    r"(?P<nickname>(?:[^\W\d_a-z][\w’-]*)(?:\s[^\W\d_a-z][\w’-]*){0,2})"
)
_CALLED = re.compile(
    r",\s+[“\"‘'](?P<nickname>(?:[^\W\d_a-z][\w’-]*\s?){1,3}?),?[”\"’']\s+(?:to|for|among)\b"
)
_EITHER = re.compile(r"\b(?:he or she|his or her|him or her|she or he|her or his)\b", re.IGNORECASE)
# A sentence can be as long as a book; no pronoun looks back over more mentions than this.
_MOST_EVENTS = 120
_LONGEST_SENTENCE = 2000


class Form(StrEnum):
    """How an event refers to its entry."""

    NAME = "name"
    PRONOUN = "pronoun"
    DESCRIPTION = "description"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class Event:
    """A place where an entry was mentioned or given a claim."""

    sentence: int
    offset: int
    entry: Entry
    form: Form
    is_subject: bool = False
    is_quoted: bool = False


@dataclass(slots=True)
class Trace:
    """What an article has lately said of one entry: its events, the latest first."""

    entry: Entry
    events: list[Event] = field(default_factory=list)

    @property
    def last(self) -> Event:
        """The latest event."""
        return self.events[0]


class Discourse:
    """The article as read so far; it is told what comes next in text order."""

    def __init__(
        self, text: str, mentions: Mentions, directory: Directory, sentence_starts: Sequence[int]
    ) -> None:
        self.text = text
        self.mentions = mentions
        self.directory = directory
        self.sentence_starts = sentence_starts
        self.last_speaker: Entry | None = None
        self._events: list[Event] = []
        self._name_starts = [mention.start for mention in mentions.names]
        self._join_nicknames()
        self._let_pronouns_vote()

    def entry_of(self, mention: NameMention) -> Entry | None:
        """Return the one entry that a name mention means, None where there is none or more than one."""
        meanings = self.directory.meanings(parse_name(mention.text))
        return meanings[0] if len(meanings) == 1 else None

    def sentence(self, offset: int) -> int:
        """Return the index of the sentence at `offset`."""
        return max(0, bisect_right(self.sentence_starts, offset) - 1)

    def end_of_sentence(self, offset: int) -> int:
        """Return where the sentence at `offset` ends, or a long way behind where it goes on for ever."""
        following = self.sentence(offset) + 1
        starts = self.sentence_starts
        end = starts[following] if following < len(starts) else len(self.text)
        return min(end, offset + _LONGEST_SENTENCE)

    def names_in(self, start: int, end: int) -> list[NameMention]:
        """Return the name mentions inside [start, end)."""
        names = self.mentions.names
        found = []
        index = bisect_left(self._name_starts, start)
        while index < len(names) and names[index].start < end:
            if names[index].end <= end:
                found.append(names[index])
            index += 1
        return found

    def note(
        self, entry: Entry, offset: int, form: Form, *, is_subject: bool = False, is_quoted: bool = False
    ) -> None:
        """Remember that the text refers to `entry` at `offset`."""
        self._events.append(Event(self.sentence(offset), offset, entry, form, is_subject, is_quoted))

    def note_speaker(self, entry: Entry, offset: int) -> None:
        """Remember that `entry` was given a claim at `offset`."""
        self.last_speaker = entry
        self.note(entry, offset, Form.CLAIM, is_subject=True)

    def traces(self, offset: int, kinds: Collection[SpeakerKind], *, reach: int) -> list[Trace]:
        """Return what the last `reach` sentences say of entries of those `kinds`, the latest first."""
        here = self.sentence(offset)
        found: dict[int, Trace] = {}
        for event in reversed(self._events[-_MOST_EVENTS:]):
            if here - event.sentence > reach:
                break
            if event.offset < offset and event.entry.kind in kinds:
                found.setdefault(id(event.entry), Trace(event.entry)).events.append(event)
        return list(found.values())

    def last_body(self, offset: int, head: str) -> Event | None:
        """Return the last mention of a body proper: of one with `head` in its name, else of any."""
        here = self.sentence(offset)
        found = None
        for event in reversed(self._events[-_MOST_EVENTS:]):
            entry = event.entry
            if entry.kind is not SpeakerKind.ORGANISATION or event.form is Form.DESCRIPTION:
                continue
            if not entry.mentions or is_place(entry) or names_place(entry.name):
                continue
            if head in (word.casefold() for word in entry.name.core):
                return event
            if found is None and here - event.sentence <= _BODY_REACH:
                found = event
        return found

    def _join_nicknames(self) -> None:
        """Let the other name that the text gives somebody lead to the same entry: "known as", "nicknamed"."""
        for mention in self.mentions.names:
            entry = self.entry_of(mention)
            if entry is None or not entry.is_person or not entry.name.is_full:
                continue
            match = _NICKNAMED.match(self.text, mention.end) or _CALLED.match(self.text, mention.end)
            if match is not None:
                self.directory.join(parse_name(match["nickname"]), entry)

    def _let_pronouns_vote(self) -> None:
        """Let pronouns that can mean one person only tell that person's gender."""
        ballots: list[tuple[Entry, str]] = []
        for pronoun in self.mentions.pronouns:
            if pronoun.is_quoted or _EITHER.search(self.text, max(0, pronoun.start - 8), pronoun.end + 8):
                continue
            here = self.sentence(pronoun.start)
            start = max(self.sentence_starts[here], pronoun.start - _LONGEST_SENTENCE)
            opens = not self.text[start : pronoun.start].strip(' “"')
            sentence = here - 1 if opens else here
            if sentence < 0:
                continue
            start = max(self.sentence_starts[sentence], pronoun.start - _LONGEST_SENTENCE)
            near = self.names_in(start, pronoun.start)
            named = [(m, e) for m in near if not m.is_quoted and (e := self.entry_of(m)) is not None]
            people = [mention for mention, entry in named if entry.is_person]
            entries = {id(entry): entry for _, entry in named if entry.is_person}
            # An object pronoun never means its own clause's subject: "Lee, who is not related to her".
            fits = pronoun.is_bound or (opens and pronoun.is_subject)
            if len(entries) == 1 and (opens or people[0].is_subject) and fits:
                ballots += [(entry, pronoun.gender) for entry in entries.values()]
        # Counted at the end, since each vote may change what a bare surname means.
        tally: dict[int, Counter[str]] = defaultdict(Counter)
        for entry, gender in ballots:
            tally[id(entry)][gender] += 1
        for entry, gender in ballots:
            forename = mostly_borne_by(entry.name.first)
            # One pronoun alone is often about somebody else; against a forename it takes several.
            if forename in ("", gender) or tally[id(entry)][gender] >= _MANY_BALLOTS:
                self.directory.vote(entry, gender)
