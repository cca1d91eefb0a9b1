"""Sources that describe instead of naming: to the person with that role, else to what the text calls them."""

from collections import defaultdict
from collections.abc import Sequence

from annotations.choices import SpeakerKind
from annotations.nlp.directory import Entry
from annotations.nlp.discourse import Discourse, Trace
from annotations.nlp.lexicon import words
from annotations.nlp.mentions import pronoun_gender
from annotations.nlp.names import Name
from annotations.nlp.ranking import Order, Query, Ranked
from annotations.nlp.roles import gender_of_role, head_noun, office_words, proper_words, role_words
from annotations.nlp.sources import Resolution, SourceReading
from annotations.nlp.triples import Triple

_TOPIC_REACH = 4
_ROLE_REACH = 12
_MOST_CANDIDATES = 4
_MOST_KNOWN = 40
_OPENING_WORDS = 3
_OPENING_SENTENCES = 5
_NAME_LENGTH = 60
_NEXT = 2
# Bodies that news names by whose they are: "the campaign" is no newspaper that was named last.
_OF_SOMEBODY = frozenset(
    {"campaign", "administration", "government", "court", "house", "senate", "congress", "parliament"}
    | {"police", "army", "force", "military", "navy", "office", "board", "team", "embassy", "panel"}
)
_AGED = "-year-old"
_OWNED = ("my ", "our ", "your ", "his ", "her ", "its ", "their ")
# A choice less likely than this is left to the editor.
_LEAST_SHARE, _LEAST_CHANCE = 0.35, 0.1
_LEAST_LEAD = 1.15
_LIKELY, _LEAST_MENTIONED = 0.4, 0.02


class Descriptions:
    """Resolves the descriptions of one article and remembers them, so that a second one finds the first."""

    def __init__(self, discourse: Discourse, order: Order) -> None:
        self.discourse = discourse
        self.order = order
        self._known: dict[str, list[tuple[frozenset[str], SourceReading, Entry]]] = defaultdict(list)

    def resolve(self, reading: SourceReading, offset: int, triple: Triple | None = None) -> Resolution:
        """Return who a description at `offset` is; `triple` is the claim it is the source of, if any."""
        wanted = role_words(reading.words)
        if not any(word[0].isalpha() and word not in words("pronouns") for word in wanted):
            return Resolution(basis="open-description")
        found = (
            self._with_role(reading, wanted, offset)
            or self._mentioned_before(reading, wanted)
            or self._named_next(reading, offset, triple)
        )
        if found is None and reading.is_definite:
            found = self._guess(reading, offset, triple, wanted)
        if found is None:
            found = Resolution(new_entry(reading), basis="unnamed")
        # "The bank" alone leans on whoever was named last; it is no name of its own.
        leans = found.basis in ("unnamed", "topic") and reading.is_definite and len(wanted) == 1
        if found.entry is not None and found.basis not in ("description", "role") and not leans:
            for word in role_words(reading.head):
                self._known[word].append((wanted, reading, found.entry))
        return found

    def query(self, family: str, offset: int, **told: object) -> Query:
        """Return the query for a mention at `offset`."""
        return Query(
            family=family,
            offset=offset,
            sentence=self.discourse.sentence(offset),
            paragraph=self.discourse.text.rfind("\n", 0, offset) + 1,
            last_speaker=self.discourse.last_speaker,
            **told,  # type: ignore[arg-type]
        )

    def _with_role(self, reading: SourceReading, wanted: frozenset[str], offset: int) -> Resolution | None:
        if not reading.is_definite or reading.kind is not SpeakerKind.UNNAMED:
            return None
        gender = gender_of_role(reading.words)
        possible = [
            entry
            for entry in self.discourse.directory.with_role(reading.head)
            if not _contrary(entry.gender, gender)
        ]
        owner = self._owner(reading, offset)
        fitting = [entry for entry in possible if _has_role(entry, reading.head, wanted, owner)]
        if not fitting:
            # "the senator from Ohio" where the article has one senator and never says from where.
            bare = [entry for entry in possible if _has_bare_role(entry, reading)]
            if len(bare) == 1 == len(possible) and reading.is_person and not _is_owned(reading):
                return Resolution(bare[0], basis="elimination", anchor=_first(bare[0]), chance=0.7)
            return None
        if len(fitting) == 1:
            return Resolution(fitting[0], basis="role", anchor=_first(fitting[0]))
        exact = frozenset(
            id(entry) for entry in fitting if any(role_words(role) == wanted for role in entry.roles)
        )
        query = self.query("role", offset, gender=gender, exact=exact)
        return _chosen(self.order, query, self._traces(fitting, offset), "shared-role")

    def _owner(self, reading: SourceReading, offset: int) -> frozenset[str] | None:
        """The words of the last person that "his" or "her" can mean; None where nobody is the owner."""
        gender = pronoun_gender(reading.words.split(maxsplit=1)[0])
        if not gender:
            return None
        for trace in self.discourse.traces(offset, (SpeakerKind.PERSON,), reach=_TOPIC_REACH):
            if not _contrary(trace.entry.gender, gender):
                return role_words(trace.entry.name.text)
        return frozenset()

    def _traces(self, entries: list[Entry], offset: int) -> list[Trace]:
        lately = {
            id(trace.entry): trace
            for trace in self.discourse.traces(offset, (SpeakerKind.PERSON,), reach=_ROLE_REACH)
        }
        return [lately.get(id(entry), Trace(entry)) for entry in entries]

    def _mentioned_before(self, reading: SourceReading, wanted: frozenset[str]) -> Resolution | None:
        for head in role_words(reading.head):
            for known, earlier, entry in reversed(self._known[head][-_MOST_KNOWN:]):
                if reading.is_definite:
                    # What a second mention adds may not be a name: "the campaign" is not "the Lee campaign".
                    fits = wanted <= known or (known <= wanted and not proper_words(reading.words) - known)
                else:
                    fits = wanted == known
                if earlier.kind is reading.kind and fits:
                    return Resolution(entry, basis="description")
        return None

    def _named_next(self, reading: SourceReading, offset: int, triple: Triple | None) -> Resolution | None:
        """The person whom the next sentence of the opening names: "A tax clerk says ... Bo Roe says"."""
        sentence = self.discourse.sentence(offset)
        starts = self.discourse.sentence_starts
        if triple is None or not reading.is_person or sentence > _OPENING_SENTENCES:
            return None
        if reading.words.casefold().startswith(_OWNED):
            return None
        end = starts[min(sentence + _NEXT, len(starts) - 1)] + _NAME_LENGTH
        met = []
        for mention in self.discourse.names_in(starts[min(sentence + 1, len(starts) - 1)], end):
            entry = self.discourse.entry_of(mention)
            if (
                entry is None
                or not entry.is_person
                or entry.roles
                or mention.is_quoted
                or mention.is_headline
            ):
                continue
            first = next((own for own in entry.mentions if not own.is_headline), None)
            if mention.is_subject and entry.name.is_full and first is mention:
                met.append((entry, mention.start))
        if len(met) != 1 or met[0][1] < offset:
            return None
        return Resolution(met[0][0], (met[0][0],), "named-next", met[0][1], chance=0.75)

    def _guess(
        self, reading: SourceReading, offset: int, triple: Triple | None, wanted: frozenset[str]
    ) -> Resolution | None:
        if _is_owned(reading):
            # Whose leader or lawyer it is says that the one talked of is somebody else.
            return None
        if reading.is_person and triple is not None and not self._names_body(reading, offset):
            return self._by_topic(reading, triple) or self._by_elimination(reading, triple)
        if reading.kind is SpeakerKind.ORGANISATION and len(wanted) == 1 and reading.head not in _OF_SOMEBODY:
            event = self.discourse.last_body(offset, reading.head)
            if event is not None:
                return Resolution(event.entry, basis="topic", anchor=event.offset, chance=0.65)
        return None

    def _by_topic(self, reading: SourceReading, triple: Triple) -> Resolution | None:
        """The person that the sentences before were about, where the article gives them no other role."""
        offset = triple.source[0].start
        gender = gender_of_role(reading.words) or self._gender_of_content(triple)
        parties = role_words(reading.words) & words("party_words")
        if reading.head.endswith(_AGED):
            # "The 71-year-old" is somebody whom the text has just named, whatever else it calls them.
            people = self.discourse.traces(offset, (SpeakerKind.PERSON,), reach=_TOPIC_REACH)
            fitting = [trace.entry for trace in people if not _contrary(trace.entry.gender, gender)]
            if len(fitting) == 1:
                return Resolution(fitting[0], (fitting[0],), "topic", _first(fitting[0]), chance=0.85)
        traces = [
            trace
            for trace in self.discourse.traces(offset, (SpeakerKind.PERSON,), reach=_TOPIC_REACH)
            if not _contrary(trace.entry.gender, gender) and _may_be(trace.entry, reading, parties)
        ]
        exact = frozenset(
            id(t.entry) for t in traces if any(role_words(role) & parties for role in t.entry.roles)
        )
        described = frozenset(id(t.entry) for t in traces if _is_otherwise_described(t.entry))
        query = self.query(
            "topic", offset, gender=gender, content=triple.content, exact=exact, described=described
        )
        found = _chosen(self.order, query, traces, "topic")
        # A guess of this kind has to be likelier than that nobody named is meant.
        return found if found is not None and found.entry is not None and found.chance > _LIKELY else None

    def _by_elimination(self, reading: SourceReading, triple: Triple) -> Resolution | None:
        """The one person of the gender that the words tell whose role the article does not give otherwise."""
        gender = gender_of_role(reading.words) or self._gender_of_content(triple)
        people = [e for e in self.discourse.directory.entries if e.is_person and e.mentions]
        free = [entry for entry in people if gender and entry.gender == gender and not entry.roles]
        if len(free) != 1:
            return None
        return Resolution(free[0], (free[0],), "elimination", _first(free[0]), chance=0.6)

    def _names_body(self, reading: SourceReading, offset: int) -> bool:
        """Say whether a description names whose post it is ("the FBI director")."""
        inside = self.discourse.names_in(offset, offset + len(reading.words))
        return any(
            name.label not in ("GPE", "NORP") and role_words(name.text).isdisjoint(words("party_words"))
            for name in inside
        )

    def _gender_of_content(self, triple: Triple) -> str:
        """The gender of the first pronoun that opens the content: "said her country ..."."""
        for word in triple.content[0].of(self.discourse.text).split()[:_OPENING_WORDS]:
            if gender := pronoun_gender(word.strip(',.“”"')):
                return gender
        return ""


def new_entry(reading: SourceReading) -> Entry:
    """Return an entry under the article's own words; a body loses its article ("Lee administration")."""
    parts = reading.words.split()
    if reading.kind is SpeakerKind.ORGANISATION and parts[0].casefold() == "the" and len(parts) > 2:
        parts = parts[1:]
    entry = Entry(Name(tuple(parts)), reading.kind, is_being=reading.is_person)
    if gender := gender_of_role(reading.words):
        entry.votes[gender] += 1
    return entry


def likely(ranked: Sequence[Ranked]) -> tuple[Entry, ...]:
    """Return the candidates that an editor may want to choose from, the likeliest first."""
    return tuple(
        choice.entry
        for index, choice in enumerate(ranked[:_MOST_CANDIDATES])
        if not index or choice.chance >= _LEAST_MENTIONED
    )


def is_open(ranked: Sequence[Ranked], least_lead: float, least_chance: float) -> bool:
    """Say whether the best of the candidates is too weak, or the second too close, to answer with it."""
    best = ranked[0].chance
    share = best / sum(choice.chance for choice in ranked)
    return (
        share < _LEAST_SHARE
        or best < least_chance
        or (len(ranked) > 1 and best < least_lead * ranked[1].chance)
    )


def _chosen(order: Order, query: Query, traces: list[Trace], basis: str) -> Resolution | None:
    ranked = order.rank(query, traces)
    if not ranked:
        return None
    candidates = likely(ranked)
    if is_open(ranked, _LEAST_LEAD, _LEAST_CHANCE):
        return Resolution(candidates=candidates, basis=basis)
    best = ranked[0]
    return Resolution(best.entry, candidates, basis, best.anchor, best.chance)


def _first(entry: Entry) -> int | None:
    return entry.mentions[0].start if entry.mentions else None


def _contrary(told: str, wanted: str) -> bool:
    return bool(told and wanted and told != wanted)


def _may_be(entry: Entry, reading: SourceReading, parties: frozenset[str]) -> bool:
    """Say whether no role that the article gives a person speaks against the one that is described."""
    heads = role_words(reading.head)
    for role in entry.roles:
        own = role_words(role)
        others = own & words("party_words")
        if parties and others and parties.isdisjoint(others):
            return False
        if heads & own and office_words(role) != office_words(reading.words):
            return False
    return True


def _is_otherwise_described(entry: Entry) -> bool:
    return any(not role_words(role) <= words("party_words") for role in entry.roles)


def _is_owned(reading: SourceReading) -> bool:
    return reading.words.casefold().startswith(_OWNED) or "’s " in reading.words or "'s " in reading.words


def _has_bare_role(entry: Entry, reading: SourceReading) -> bool:
    return any(
        office_words(role) == office_words(reading.words)
        and not proper_words(role) - role_words(reading.head)
        and role_words(role) <= role_words(reading.words)
        for role in entry.roles
    )


def _has_role(entry: Entry, head: str, wanted: frozenset[str], owner: frozenset[str] | None = None) -> bool:
    heads = role_words(head)
    offices = wanted & words("office_words")
    for role in entry.roles:
        own = role_words(role)
        if own & words("office_words") != offices or not heads & role_words(head_noun(role)):
            continue
        if owner is not None and (names := proper_words(f"of {role}")) and names.isdisjoint(owner):
            # "Lee's lawyer" is his lawyer only where he is Lee.
            continue
        if heads <= own and (wanted <= own or (own <= wanted and len(own) > 1)):
            return True
    return False
