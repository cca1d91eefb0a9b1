"""Sources that describe instead of naming: to the person with that role, else to what the text calls them."""

from annotations.choices import SpeakerKind
from annotations.nlp.directory import Entry, role_words
from annotations.nlp.discourse import QUOTED, Discourse
from annotations.nlp.lexicon import words
from annotations.nlp.mentions import pronoun_gender
from annotations.nlp.names import Name
from annotations.nlp.sources import Resolution, SourceReading
from annotations.nlp.triples import Triple

_TOPIC_REACH = 3
_MOST_CANDIDATES = 4
_OPENING_WORDS = 3
_OWNED = ("my ", "our ", "your ", "his ", "her ", "its ", "their ")


class Descriptions:
    """Resolves the descriptions of one article and remembers them, so that a second one finds the first."""

    def __init__(self, discourse: Discourse) -> None:
        self.discourse = discourse
        self._known: list[tuple[frozenset[str], SourceReading, Entry]] = []

    def resolve(self, reading: SourceReading, triple: Triple | None) -> Resolution:
        """Return who a description is; `triple` is the claim it is the source of, if it is itself one."""
        wanted = role_words(reading.words)
        if not any(word[0].isalpha() and word not in words("pronouns") for word in wanted):
            return Resolution(basis="open-description")
        found = self._with_role(reading, wanted) or self._mentioned_before(reading, wanted)
        if found is None and triple is not None and reading.is_definite:
            found = self._guess(reading, triple, wanted)
        if found is None:
            found = Resolution(new_entry(reading.words, reading.kind), basis="unnamed")
        if found.entry is not None and found.basis != "description":
            self._known.append((wanted, reading, found.entry))
        return found

    def _with_role(self, reading: SourceReading, wanted: frozenset[str]) -> Resolution | None:
        if not reading.is_definite:
            return None
        entries = self.discourse.directory.entries
        fitting = [entry for entry in entries if _has_role(entry, reading.head, wanted)]
        if len(fitting) == 1:
            return Resolution(fitting[0], basis="role", anchor=fitting[0].mentions[0].start)
        if fitting:
            return Resolution(candidates=tuple(fitting[:_MOST_CANDIDATES]), basis="shared-role")
        return None

    def _mentioned_before(self, reading: SourceReading, wanted: frozenset[str]) -> Resolution | None:
        for known, earlier, entry in reversed(self._known):
            alike = earlier.kind is reading.kind and _same_head(earlier.head, reading.head)
            fits = wanted <= known or known <= wanted if reading.is_definite else wanted == known
            if alike and fits:
                return Resolution(entry, basis="description")
        return None

    def _guess(self, reading: SourceReading, triple: Triple, wanted: frozenset[str]) -> Resolution | None:
        if reading.words.casefold().startswith(_OWNED):
            # Whose leader or lawyer it is says that the one talked of is somebody else.
            return None
        if reading.is_person:
            return self._by_elimination(triple) or self._by_topic(triple)
        if reading.kind is SpeakerKind.ORGANISATION and len(wanted) == 1:
            body = self.discourse.last_body(triple.source[0].start)
            if body is not None:
                return Resolution(body.entry, basis="topic", anchor=body.offset)
        return None

    def _by_elimination(self, triple: Triple) -> Resolution | None:
        """The one person of the right gender whose role the article does not give otherwise."""
        gender = self._gender_of_content(triple)
        if not gender:
            return None
        people = [e for e in self.discourse.directory.entries if e.is_person and e.mentions]
        free = [entry for entry in people if entry.gender == gender and not entry.roles]
        if len(free) != 1:
            return None
        return Resolution(free[0], (free[0],), "elimination", free[0].mentions[0].start)

    def _by_topic(self, triple: Triple) -> Resolution | None:
        """The person that the sentences before were about, where the article gives them no other role."""
        offset, gender = triple.source[0].start, self._gender_of_content(triple)
        for _, event in self.discourse.people_before(offset, gender, reach=_TOPIC_REACH):
            if event.entry.is_person and not event.entry.roles and event.pull > QUOTED:
                return Resolution(event.entry, (event.entry,), "topic", event.offset)
        return None

    def _gender_of_content(self, triple: Triple) -> str:
        """The gender of the first pronoun that opens the content: "said her country ..."."""
        for word in triple.content[0].of(self.discourse.text).split()[:_OPENING_WORDS]:
            if gender := pronoun_gender(word.strip(',.“”"')):
                return gender
        return ""


def new_entry(text: str, kind: SpeakerKind) -> Entry:
    """Return an entry under the article's own words; a body loses its article ("Lee administration")."""
    parts = text.split()
    if kind is SpeakerKind.ORGANISATION and parts[0].casefold() == "the" and len(parts) > 2:
        parts = parts[1:]
    return Entry(Name(tuple(parts)), kind)


def _has_role(entry: Entry, head: str, wanted: frozenset[str]) -> bool:
    heads = role_words(head)
    if not heads & words("roles"):
        return False
    for role in entry.roles:
        own = role_words(role)
        if heads <= own and (wanted <= own or (own <= wanted and len(own) > 1)):
            return True
    return False


def _same_head(first: str, second: str) -> bool:
    return first == second or bool(role_words(first) & role_words(second))
