"""The speakers of one article: its names gathered into one entry for each bearer.

Full names come first; titles, surnames, initials, nicknames, acronyms and slips of the pen join them. A bare
surname of two bearers stays open.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from annotations.choices import SpeakerKind
from annotations.nlp.lexicon import abbreviations, words
from annotations.nlp.mentions import NameMention
from annotations.nlp.names import Name, is_acronym_of, is_misspelling, is_title, parse_name, same_full_name

_LONGEST_PERSON = 3
_BODY_LABELS = frozenset({"ORG", "GPE", "NORP", "FAC", "LOC", "PRODUCT"})


@dataclass(slots=True)
class Entry:
    """One bearer of names. `gender` is what the text's own words say: "f", "m" or empty."""

    name: Name
    kind: SpeakerKind
    mentions: list[NameMention] = field(default_factory=list)
    roles: Counter[str] = field(default_factory=Counter)
    aliases: Counter[str] = field(default_factory=Counter)
    votes: Counter[str] = field(default_factory=Counter)

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
    def role(self) -> str:
        """The role the article gives most often, the first of equals; empty where it gives none."""
        return self.roles.most_common(1)[0][0] if self.roles else ""


class Directory:
    """The entries of one article and which of them a name can mean."""

    def __init__(self, mentions: Sequence[NameMention]) -> None:
        self.entries: list[Entry] = []
        self._by_last: dict[str, list[Entry]] = defaultdict(list)
        self._by_core: dict[tuple[str, ...], Entry] = {}
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
            fitting = [
                e for e in self.entries if e.is_person and e.name.is_full and same_full_name(name, e.name)
            ]
            fitting = fitting or [e for e in self.entries if e.is_person and _is_longer_form(name, e.name)]
            if fitting:
                return tuple(fitting)
        tail = [entry for entry in self._by_last.get(name.last, ()) if _ends_with(entry.name, core)]
        tail = [entry for entry in tail if not (name.gender and entry.gender and name.gender != entry.gender)]
        if tail:
            return tuple(sorted(tail, key=_weight))
        if len(core) == 1:
            return self._by_forename(name) or self._by_acronym(name) or self._by_slip(name)
        return ()

    def _by_forename(self, name: Name) -> tuple[Entry, ...]:
        return tuple(e for e in self.entries if e.is_person and e.name.is_full and e.name.first == name.first)

    def _by_acronym(self, name: Name) -> tuple[Entry, ...]:
        return tuple(e for e in self.entries if not e.is_person and is_acronym_of(name.core[0], e.name.core))

    def _by_slip(self, name: Name) -> tuple[Entry, ...]:
        return tuple(e for e in self.entries if e.is_person and is_misspelling(name.last, e.name.last))

    def _add(self, name: Name, kind: SpeakerKind) -> Entry:
        entry = Entry(name, kind)
        self.entries.append(entry)
        self._by_core[_key(name)] = entry
        self._by_last[name.last].append(entry)
        self._meanings.clear()
        return entry

    def _add_full_names(
        self, named: Iterable[tuple[NameMention, Name]], people: set[tuple[str, ...]]
    ) -> None:
        forms = Counter(name for _, name in named if name.is_full and _key(name) in people)
        # "Mr. Peña Nieto" is a surname; without the title it looks like a full name.
        surnames = {_key(name) for name in forms if name.gender}
        # The commoner spelling comes first, so that the slip joins it and not the other way round.
        for name, _ in sorted(forms.items(), key=_by_count_then_length):
            same = [entry for entry in self.entries if _can_be_one(name, entry.name)]
            if not same:
                self._add(replace(name, title=""), SpeakerKind.PERSON)
            elif len(same) == 1:
                self._by_core[_key(name)] = same[0]
                same[0].name = _better_name(same[0].name, replace(name, title=""), surnames)

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
            entry.votes.update(_gender_of_role(mention.role))
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
        return known if _key(other) in surnames else other
    if _is_longer_form(other, known):
        return other if _key(known) in surnames else known
    spelt_out = len(known.core[0].rstrip(".")) == 1 < len(other.core[0].rstrip("."))
    return other if spelt_out and known.last == other.last else known


def _key(name: Name) -> tuple[str, ...]:
    return tuple(word.casefold().rstrip(".") for word in name.core)


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


def names_place(name: Name) -> bool:
    """Say whether a name of several words is that of a street or another piece of land."""
    return len(name.core) > 1 and name.core[-1] in words("place_words")


def _gender_of_role(role: str) -> Counter[str]:
    votes: Counter[str] = Counter()
    for word in role.casefold().replace(",", " ").split():
        if word in words("female_words"):
            votes["f"] += 2
        elif word in words("male_words"):
            votes["m"] += 2
    return votes


def _people(named: Iterable[tuple[NameMention, Name]]) -> set[tuple[str, ...]]:
    """Return the name cores that the article uses for people, by what most of their mentions say."""
    votes: dict[tuple[str, ...], Counter[bool]] = defaultdict(Counter)
    for mention, name in named:
        key = _key(name)
        if mention.label == "PERSON":
            votes[key][True] += 2
        elif mention.label in _BODY_LABELS:
            votes[key][False] += 2
        if not mention.label and mention.is_subject and name.is_full and len(key) <= _LONGEST_PERSON:
            votes[key][True] += 1
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


@lru_cache(maxsize=4096)
def role_words(role: str) -> frozenset[str]:
    """Return the words of a role that tell roles apart: lower case, abbreviations spelt out, endings cut.

    "Ukrainian" and "Ukraine" are cut to the same stem, so that "the Ukrainian deputy PM" and "the deputy
    prime minister of Ukraine" agree.
    """
    found: set[str] = set()
    for word in role.replace("’s", "").replace("'s", "").replace("-", " ").split():
        bare = word.strip('.,()"“”').casefold()
        for part in abbreviations().get(bare, bare).split():
            if part and part not in words("determiners") and part not in words("name_particles"):
                found.add(_stem(part))
    return frozenset(found)


def _stem(word: str) -> str:
    if word in words("roles"):
        return word
    for ending in ("ian", "ean", "ese", "ish", "an", "ch", "ce", "ia", "e", "n", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
