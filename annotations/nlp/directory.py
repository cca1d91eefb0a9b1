"""The speakers of one article: its names gathered into one entry for each bearer.

Full names come first; titles, surnames, initials, nicknames, acronyms and slips of the pen join them. A bare
surname of two bearers stays open.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from annotations.choices import SpeakerKind
from annotations.nlp.lexicon import forename_groups, mostly_borne_by, words
from annotations.nlp.mentions import NameMention
from annotations.nlp.names import (
    Name,
    initials,
    is_misspelling,
    is_title,
    parse_name,
    same_full_name,
)
from annotations.nlp.roles import genders_of_role, head_noun, role_words

_LONGEST_PERSON = 3
# Words like "French" name a people where they stand alone; most adjectives do not.
_PLURALS = ("s", "people", "men", "women", "british", "french", "irish", "dutch", "chinese", "japanese")
_PLACE_LABELS = frozenset({"GPE", "LOC", "FAC"})
_BODY_LABELS = frozenset({"ORG", "GPE", "NORP", "FAC", "LOC", "PRODUCT"})


@dataclass(slots=True)
class Entry:
    """One bearer of names. `gender` is what the text's own words say: "f", "m" or empty.

    `is_being` says that a nameless one is somebody ("a senior official").
    """

    name: Name
    kind: SpeakerKind
    mentions: list[NameMention] = field(default_factory=list)
    roles: Counter[str] = field(default_factory=Counter)
    aliases: Counter[str] = field(default_factory=Counter)
    votes: Counter[str] = field(default_factory=Counter)
    is_being: bool = False

    @property
    def gender(self) -> str:
        """The gender that titles, words and pronouns of the text agree on."""
        female, male = self.votes["f"], self.votes["m"]
        if female > 2 * male:
            return "f"
        return "m" if male > 2 * female else ""

    @property
    def is_person(self) -> bool:
        """Whether the bearer is a person."""
        return self.kind is SpeakerKind.PERSON

    @property
    def can_act(self) -> bool:
        """Whether a body or group may be what "it" or "they" means: no street, no mere adjective."""
        if self.kind is SpeakerKind.GROUP and self.mentions:
            return self.name.last.endswith(_PLURALS)
        return not names_place(self.name)

    @property
    def role(self) -> str:
        """The role the article gives most often, the first of equals; empty where it gives none."""
        return self.roles.most_common(1)[0][0] if self.roles else ""


class Directory:
    """The entries of one article and which of them a name can mean."""

    def __init__(self, mentions: Sequence[NameMention]) -> None:
        self.entries: list[Entry] = []
        self._by_last: dict[str, list[Entry]] = defaultdict(list)
        self._by_first: dict[str, list[Entry]] = defaultdict(list)
        self._by_initial: dict[str, list[Entry]] = defaultdict(list)
        self._by_acronym: dict[str, list[Entry]] = defaultdict(list)
        self._by_core: dict[tuple[str, ...], Entry] = {}
        self._by_role: dict[str, list[Entry]] | None = None
        self._meanings: dict[tuple[str, str], tuple[Entry, ...]] = {}
        named = [(mention, parse_name(mention.text)) for mention in mentions]
        named = [(mention, name) for mention, name in named if _is_name(name)]
        # Headlines capitalise every word, so that nobody is first met there.
        body = [(mention, name) for mention, name in named if not mention.is_headline]
        people = _people(body)
        self._add_full_names(body, people)
        self._add_bodies(body, people)
        self._add_single_names(body, people)
        for mention, name in named:
            meanings = self.meanings(name)
            if len(meanings) == 1:
                before = meanings[0].gender
                self._note(meanings[0], mention, name)
                if meanings[0].gender != before:
                    # "Mrs Lee" means one person only once the other Lee is known for a man.
                    self._meanings.clear()
        self._meanings.clear()

    def join(self, name: Name, entry: Entry) -> None:
        """Let `name`, which the text calls another name of somebody, mean `entry` alone."""
        key = _key(name)
        other = self._by_core.get(key)
        if not key or other is entry:
            return
        if other is not None:
            entry.mentions += other.mentions
            entry.mentions.sort(key=_position)
            for own, more in ((entry.roles, other.roles), (entry.votes, other.votes)):
                own.update(more)
            entry.aliases.update(other.aliases)
            self.entries = [bearer for bearer in self.entries if bearer is not other]
            called = other.name
            for known in (
                self._by_last[called.last],
                self._by_first[called.first],
                self._by_initial[called.last[:1]],
            ):
                known[:] = [bearer for bearer in known if bearer is not other]
        self._by_core[key] = entry
        self._meanings.clear()

    def vote(self, entry: Entry, gender: str) -> None:
        """Count a pronoun's word on the gender of `entry`; titles are read in its light from then on."""
        entry.votes[gender] += 1
        self._meanings.clear()

    def meanings(self, name: Name) -> tuple[Entry, ...]:
        """Return the entries that `name` can mean, likeliest first: none, one, or several that share it."""
        key = (" ".join(name.core).casefold(), name.gender)
        if key not in self._meanings:
            self._meanings[key] = self._find(name)
        return self._meanings[key]

    def _find(self, name: Name) -> tuple[Entry, ...]:
        core = _key(name)
        if not core:
            return ()
        if entry := self._by_core.get(core):
            return (entry,)
        if name.is_full:
            near = [entry for entry in self._near(name) if entry.is_person]
            fitting = [entry for entry in near if entry.name.is_full and same_full_name(name, entry.name)]
            fitting = fitting or [entry for entry in near if _is_longer_form(name, entry.name)]
            if fitting:
                return tuple(fitting)
        tail = [entry for entry in self._by_last.get(name.last, ()) if _ends_with(entry.name, core)]
        tail = [entry for entry in tail if not (name.gender and entry.gender and name.gender != entry.gender)]
        if tail:
            return tuple(sorted(tail, key=_weight))
        if len(core) == 1:
            return self._with_forename(name) or self._with_acronym(name) or self._with_slip(name)
        return ()

    def _near(self, name: Name) -> list[Entry]:
        """Return the entries whose first or last word is that of `name`, or a short form of the first."""
        near = list(self._by_last.get(name.last, ()))
        for first in forename_groups().get(name.first, (name.first,)):
            near += self._by_first.get(first, ())
        return list({id(entry): entry for entry in near}.values())

    def _with_forename(self, name: Name) -> tuple[Entry, ...]:
        return tuple(e for e in self._by_first.get(name.first, ()) if e.is_person and e.name.is_full)

    def _with_acronym(self, name: Name) -> tuple[Entry, ...]:
        bare = name.core[0].replace(".", "")
        return tuple(self._by_acronym.get(bare, ())) if len(bare) > 1 else ()

    def _with_slip(self, name: Name) -> tuple[Entry, ...]:
        alike = self._by_initial.get(name.last[:1], ())
        return tuple(e for e in alike if e.is_person and is_misspelling(name.last, e.name.last))

    def with_role(self, head: str) -> list[Entry]:
        """Return the entries that the article gives a role with a word of `head`, in order."""
        if self._by_role is None:
            self._by_role = defaultdict(list)
            for entry in self.entries:
                for word in {word for role in entry.roles for word in role_words(head_noun(role))}:
                    self._by_role[word].append(entry)
        found = {id(entry): entry for word in role_words(head) for entry in self._by_role.get(word, ())}
        return list(found.values())

    def _add(self, name: Name, kind: SpeakerKind) -> Entry:
        entry = Entry(name, kind)
        self.entries.append(entry)
        self._index(entry)
        self._by_core[_key(name)] = entry
        self._meanings.clear()
        return entry

    def _index(self, entry: Entry) -> None:
        name = entry.name
        self._by_last[name.last].append(entry)
        self._by_first[name.first].append(entry)
        self._by_initial[name.last[:1]].append(entry)
        if not entry.is_person and len(name.core) > 1:
            for acronym in {initials(name.core), "".join(word[0] for word in name.core).upper()}:
                self._by_acronym[acronym].append(entry)

    def _rename(self, entry: Entry, name: Name) -> None:
        """Give an entry its fuller name; it keeps the places in the indexes that its old one has."""
        if name != entry.name:
            known = (entry.name.last, entry.name.first)
            entry.name = name
            if name.last != known[0]:
                self._by_last[name.last].append(entry)
                self._by_initial[name.last[:1]].append(entry)
            if name.first != known[1]:
                self._by_first[name.first].append(entry)

    def _add_full_names(
        self, named: Iterable[tuple[NameMention, Name]], people: set[tuple[str, ...]]
    ) -> None:
        forms = Counter(name for _, name in named if name.is_full and _key(name) in people)
        # "Mr. Peña Nieto" is a surname; without the title it looks like a full name.
        surnames = {_key(name) for name in forms if name.gender}
        # The commoner spelling comes first, so that the slip joins it and not the other way round.
        for name, _ in sorted(forms.items(), key=_by_count_then_length):
            same = [entry for entry in self._near(name) if _can_be_one(name, entry.name)]
            if not same:
                self._add(replace(name, title=""), SpeakerKind.PERSON)
            elif len(same) == 1:
                self._by_core[_key(name)] = same[0]
                self._rename(same[0], _better_name(same[0].name, replace(name, title=""), surnames))

    def _add_bodies(self, named: Iterable[tuple[NameMention, Name]], people: set[tuple[str, ...]]) -> None:
        bodies = Counter(
            name
            for mention, name in named
            if _key(name) not in people
            and (mention.label in _BODY_LABELS or mention.is_employer or _names_body(name))
        )
        for name, _ in sorted(bodies.items(), key=_longest_first):
            if len(name.core) > 1 and not name.title:
                known = self._by_core.get(_key(name))
                if known is None:
                    self._add(name, SpeakerKind.ORGANISATION)

    def _add_single_names(
        self, named: Sequence[tuple[NameMention, Name]], people: set[tuple[str, ...]]
    ) -> None:
        for mention, name in named:
            if self.meanings(name):
                continue
            if _key(name) in people:
                self._add(name, SpeakerKind.PERSON)
            elif mention.label in _BODY_LABELS or mention.is_employer:
                group = mention.label == "NORP"
                self._add(name, SpeakerKind.GROUP if group else SpeakerKind.ORGANISATION)

    def _note(self, entry: Entry, mention: NameMention, name: Name) -> None:
        entry.mentions.append(mention)
        entry.aliases[mention.text] += 1
        if gender := name.gender:
            entry.votes[gender] += 3
        if mention.role:
            entry.roles[mention.role] += 1
            entry.votes.update(dict.fromkeys(genders_of_role(mention.role), 2))
        elif name.title and name.title in words("roles"):
            entry.roles[name.title.capitalize()] += 1


def _is_name(name: Name) -> bool:
    return (
        bool(name.core)
        and len(name.last) > 1
        and not all(word.casefold() in words("time_words") for word in name.core)
        and not all(is_title(word) or word.casefold() in words("roles") for word in name.core)
    )


def _is_longer_form(longer: Name, shorter: Name) -> bool:
    """Say whether one name is the other with words before it ("Miss World Ann Lee", "Ann Lee")."""
    return (
        len(shorter.core) > 1 and len(longer.core) > len(shorter.core) and _ends_with(longer, _key(shorter))
    )


def _can_be_one(first: Name, second: Name) -> bool:
    return same_full_name(first, second) or _is_longer_form(first, second) or _is_longer_form(second, first)


def _better_name(known: Name, other: Name, surnames: set[tuple[str, ...]]) -> Name:
    """Return the fuller of two names of one person, without words that only happened to stand before it."""
    if _is_longer_form(known, other):
        return known if _key(other) in surnames or _belongs(known, other) else other
    if _is_longer_form(other, known):
        return other if _key(known) in surnames or _belongs(other, known) else known
    spelt_out = len(known.core[0].rstrip(".")) == 1 < len(other.core[0].rstrip("."))
    return other if spelt_out and known.last == other.last else known


def _belongs(longer: Name, shorter: Name) -> bool:
    """Say whether the words that one name has before the other are names as well: "Mary Ann Lee"."""
    before = longer.core[: len(longer.core) - len(shorter.core)]
    if is_title(before[0]):
        return False
    return bool(mostly_borne_by(before[0])) or not mostly_borne_by(shorter.core[0])


def _key(name: Name) -> tuple[str, ...]:
    return tuple(word.casefold().rstrip(".") for word in name.core)


def _position(mention: NameMention) -> int:
    return mention.start


def _weight(entry: Entry) -> int:
    return -len(entry.mentions)


def _ends_with(name: Name, core: tuple[str, ...]) -> bool:
    own = _key(name)
    return own[-len(core) :] == core


def _by_count_then_length(item: tuple[Name, int]) -> tuple[int, int]:
    return -item[1], -len(item[0].core)


def _longest_first(item: tuple[Name, int]) -> tuple[int, int]:
    return -len(item[0].core), -item[1]


def _names_body(name: Name) -> bool:
    return any(word in words("organisation_words") for word in name.core)


def is_place(entry: Entry) -> bool:
    """Say whether the article uses a body's name mostly for a place."""
    places = sum(mention.label in _PLACE_LABELS for mention in entry.mentions)
    return 2 * places > len(entry.mentions)


def names_place(name: Name) -> bool:
    """Say whether a name of several words is that of a street or another piece of land."""
    return len(name.core) > 1 and name.core[-1] in words("place_words")


def _people(named: Iterable[tuple[NameMention, Name]]) -> set[tuple[str, ...]]:
    """Return the name cores that the article uses for people, by what most of their mentions say."""
    votes: dict[tuple[str, ...], Counter[bool]] = defaultdict(Counter)
    for mention, name in named:
        key = _key(name)
        if mention.label == "PERSON":
            votes[key][True] += 2
        elif mention.label in _BODY_LABELS:
            votes[key][False] += 2
        if not mention.label and name.is_full and len(key) <= _LONGEST_PERSON:
            votes[key][mention.is_subject] += 1
        if name.is_full and len(key) <= _LONGEST_PERSON and mostly_borne_by(name.first):
            votes[key][True] += 3
        if name.core[-1] in words("event_words") or name.core[0] in ("The", "Our", "New"):
            votes[key][False] += 3
        if mention.is_place and len(key) == 1:
            votes[key][False] += 2
        if name.title or mention.role:
            votes[key][True] += 3
        if mention.is_employer:
            votes[key][False] += 3
        if _names_body(name) or names_place(name):
            votes[key][False] += 4
    people = {key for key, counts in votes.items() if counts[True] > counts[False]}
    # A surname alone is a person where someone with a forename bears it.
    surnames = {key[-1] for key in people if len(key) > 1}
    return people | {key for key in votes if len(key) == 1 and key[0] in surnames}
