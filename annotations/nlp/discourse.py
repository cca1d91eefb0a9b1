"""Who an article has been talking about up to a place in it: the memory that pronouns and roles draw on."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from annotations.choices import SpeakerKind
from annotations.nlp.directory import Directory, Entry, names_place
from annotations.nlp.mentions import Mentions, NameMention, ThingMention
from annotations.nlp.names import parse_name

# How much one mention draws a pronoun, and how that fades with each sentence. Set by reading dev articles;
# their order matters more than their size.
SUBJECT, _OTHER, _SPOKE = 1.0, 0.55, 1.25
QUOTED = 0.15
_DECAY = 0.72
_UNKNOWN_GENDER = 0.7
_BODY_REACH = 4


@dataclass(frozen=True, slots=True)
class Event:
    """A place where an entry was mentioned or spoke, with the pull of that mention."""

    sentence: int
    offset: int
    entry: Entry
    pull: float


class Discourse:
    """The article as read so far; it is told what comes next in text order."""

    def __init__(
        self, text: str, mentions: Mentions, directory: Directory, sentence_starts: Sequence[int]
    ) -> None:
        self.text = text
        self.mentions = mentions
        self.directory = directory
        self.sentence_starts = sentence_starts
        self._events: list[Event] = []
        self._name_starts = [mention.start for mention in mentions.names]
        self._thing_starts = [mention.start for mention in mentions.things]
        self._next_name = 0
        self._let_pronouns_vote()

    def entry_of(self, mention: NameMention) -> Entry | None:
        """Return the one entry that a name mention means, None where there is none or more than one."""
        meanings = self.directory.meanings(parse_name(mention.text))
        return meanings[0] if len(meanings) == 1 else None

    def sentence(self, offset: int) -> int:
        """Return the index of the sentence at `offset`."""
        return max(0, bisect_right(self.sentence_starts, offset) - 1)

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

    def read_to(self, offset: int) -> None:
        """Take in the names up to `offset`."""
        names = self.mentions.names
        while self._next_name < len(names) and names[self._next_name].start < offset:
            mention = names[self._next_name]
            self._next_name += 1
            entry = self.entry_of(mention)
            if entry is not None:
                pull = QUOTED if mention.is_quoted else SUBJECT if mention.is_subject else _OTHER
                self._events.append(Event(self.sentence(mention.start), mention.start, entry, pull))

    def note_speaker(self, entry: Entry, offset: int) -> None:
        """Remember that `entry` was given a claim at `offset`."""
        self._events.append(Event(self.sentence(offset), offset, entry, _SPOKE))

    def people_before(self, offset: int, gender: str, *, reach: int) -> list[tuple[float, Event]]:
        """Return the people of the last `reach` sentences with pull and last mention, strongest first.

        People whom the text gives another gender than `gender` are left out; an empty one fits all.
        """
        here = self.sentence(offset)
        pulls: dict[int, float] = {}
        last: dict[int, Event] = {}
        for event in reversed(self._events):
            distance = here - event.sentence
            if distance > reach:
                break
            entry = event.entry
            contrary = gender and entry.gender and entry.gender != gender
            if contrary or entry.kind not in (SpeakerKind.PERSON, SpeakerKind.UNNAMED):
                continue
            pull = event.pull * _DECAY**distance * (1.0 if entry.gender else _UNKNOWN_GENDER)
            pulls[id(entry)] = max(pulls.get(id(entry), 0.0), pull)
            last.setdefault(id(entry), event)
        return sorted(((pull, last[key]) for key, pull in pulls.items()), key=_by_pull)

    def thing_before(self, kinds: Collection[SpeakerKind], offset: int, *, reach: int) -> Event | None:
        """Return the strongest mention of an entry of one of `kinds` in the last `reach` sentences.

        A place counts only where the text lets it act as a body does ("France rejected").
        """
        here = self.sentence(offset)
        best, most = None, 0.0
        for event in reversed(self._events):
            distance = here - event.sentence
            if distance > reach:
                break
            if event.entry.kind not in kinds or names_place(event.entry.name):
                continue
            pull = event.pull * _DECAY**distance
            if pull > most and (event.pull >= SUBJECT or not _is_place(event.entry)):
                best, most = event, pull
        return best

    def last_thing(self, offset: int, *, reach: int) -> ThingMention | None:
        """Return the last nameless body or document before `offset` that was a subject."""
        index = bisect_left(self._thing_starts, offset) - 1
        if index < 0:
            return None
        thing = self.mentions.things[index]
        return thing if self.sentence(offset) - self.sentence(thing.start) <= reach else None

    def last_body(self, offset: int) -> Event | None:
        """Return the last mention of a body proper: no place, no nation."""
        here = self.sentence(offset)
        for event in reversed(self._events):
            if here - event.sentence > _BODY_REACH:
                return None
            is_body = event.entry.kind is SpeakerKind.ORGANISATION
            if is_body and any(mention.label == "ORG" for mention in event.entry.mentions):
                return event
        return None

    def _let_pronouns_vote(self) -> None:
        """Let pronouns that can mean one person only tell that person's gender."""
        ballots: list[tuple[Entry, str]] = []
        for pronoun in self.mentions.pronouns:
            if pronoun.is_quoted:
                continue
            here = self.sentence(pronoun.start)
            opens = not self.text[self.sentence_starts[here] : pronoun.start].strip(' “"')
            sentence = here - 1 if opens else here
            if sentence < 0:
                continue
            near = self.names_in(self.sentence_starts[sentence], pronoun.start)
            named = [(m, e) for m in near if not m.is_quoted and (e := self.entry_of(m)) is not None]
            people = [mention for mention, entry in named if entry.is_person]
            entries = {id(entry): entry for _, entry in named if entry.is_person}
            # An object pronoun never means its own clause's subject: "Lee, who is not related to her".
            fits = pronoun.is_bound or (opens and pronoun.is_subject)
            if len(entries) == 1 and (opens or people[0].is_subject) and fits:
                ballots += [(entry, pronoun.gender) for entry in entries.values()]
        # Counted at the end, since each vote may change what a bare surname means.
        for entry, gender in ballots:
            self.directory.vote(entry, gender)


def _is_place(entry: Entry) -> bool:
    labels = [mention.label for mention in entry.mentions]
    return bool(labels) and "ORG" not in labels and not {"GPE", "LOC", "FAC"}.isdisjoint(labels)


def _by_pull(ranked: tuple[float, Event]) -> tuple[float, int]:
    return -ranked[0], -ranked[1].offset
