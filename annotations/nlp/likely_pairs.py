"""Which of a desk's names are worth comparing, and which pairs of speakers come out of it.

Comparing each with each would be a billion comparisons at 50,000 speakers. Each form of a name stands under
a few keys, such as its surname with an initial, and is only compared with those under the same keys.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from annotations.choices import Likeness
from annotations.nlp.lexicon import forename_groups
from annotations.nlp.likeness import LETTERS_OF_A_NAME, Form, are_forenames, contradict, likeness_of
from annotations.nlp.names import is_misspelling

# Names that more of the desk's speakers share tell nothing: "officials", "police".
MOST_UNDER_A_KEY = 400
Key = tuple[str, ...]
_RANK = {likeness: rank for rank, likeness in enumerate(Likeness)}


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """Two forms of different owners that are likely one bearer's; `one` belongs to the lower id.

    `is_strong` is no where the likeness is a weak sign, or where the desk has more than one whom it may mean.
    """

    one: Form
    other: Form
    likeness: Likeness
    is_strong: bool


def likely_pairs(forms: Sequence[Form], *, of: Collection[int] | None = None) -> list[LikelyPair]:
    """Return the surest likeness of each two owners, one of them in `of`; of all where it is None."""
    desk = _Desk(forms)
    best: dict[tuple[int, int], LikelyPair] = {}
    for one, other in _worth_comparing(forms, desk, of):
        first, second = (one, other) if one.owner < other.owner else (other, one)
        found = desk.pair(first, second)
        key = first.owner, second.owner
        if found and (key not in best or _surer(found, best[key])):
            best[key] = found
    return list(best.values())


class _Desk:
    """What the names of the desk, taken together, say about each of them."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self.main: dict[int, Form] = {}
        self.bearers: defaultdict[str, set[int]] = defaultdict(set)
        self.full: defaultdict[str, list[Form]] = defaultdict(list)
        self.forenames: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self.abbreviated: defaultdict[str, set[int]] = defaultdict(set)
        for form in forms:
            if form.is_main:
                self.main[form.owner] = form
            if form.is_full:
                self.bearers[form.last].add(form.owner)
                self.full[form.last].append(form)
                if len(form.first) >= LETTERS_OF_A_NAME:
                    self.forenames[form.last, form.first[0]].add(form.first)
            elif not form.is_person:
                for letters in form.letters():
                    self.abbreviated[letters].add(form.owner)

    def pair(self, one: Form, other: Form) -> LikelyPair | None:
        """Return the two as a pair where they are alike and their owners' own names don't tell them apart."""
        likeness = likeness_of(one, other) or self._by_surname(one, other)
        if likeness is None or self._are_two(one.owner, other.owner):
            return None
        return LikelyPair(one, other, likeness, self._is_strong(likeness, one, other))

    def _are_two(self, one: int, other: int) -> bool:
        """Say whether the owners' own names tell them apart, whatever else they go by."""
        first, second = self.main.get(one), self.main.get(other)
        return first is not None and second is not None and contradict(first, second)

    def _by_surname(self, one: Form, other: Form) -> Likeness | None:
        """Liken a surname alone, rightly spelt or not, to the one person who bears it."""
        if not (one.is_person and other.is_person):
            return None
        single, full = (one, other) if len(one.words) == 1 else (other, one)
        if len(single.words) != 1 or not full.is_full or len(self.bearers[full.last]) != 1:
            return None
        if single.last == full.last:
            return Likeness.SURNAME
        is_word = are_forenames(single.last) or bool(self.bearers.get(single.last))
        is_slip = not is_word and is_misspelling(single.last, full.last)
        return Likeness.SLIPS if is_slip else None

    def _is_strong(self, likeness: Likeness, one: Form, other: Form) -> bool:
        if one.is_person != other.is_person:
            return False
        if one.is_person and 1 in {len(one.words), len(other.words)}:
            return False
        match likeness:
            case Likeness.SLIP | Likeness.SLIPS if one.is_person:
                return self._is_a_slip(one, other)
            case Likeness.SLIPS | Likeness.SURNAME | Likeness.PART:
                return False
            case Likeness.INITIAL:
                return self._is_only_one(one, other)
            case Likeness.ACRONYM:
                return len(self.abbreviated[one.acronym() or other.acronym()]) == 1
            case Likeness.MIDDLE_NAME:
                # "Patrick Leahy" need not be Michael Patrick Leahy; "Edgar Hoover" is J. Edgar Hoover.
                return one.first == other.first or 1 in {len(one.first), len(other.first)}
        return len(one.squeezed) >= LETTERS_OF_A_NAME

    def _is_a_slip(self, one: Form, other: Form) -> bool:
        """Say whether of two surnames one is borne by nobody else: Johnson and Johnston are two names."""
        if one.last == other.last:
            return True
        owners = {one.owner, other.owner}
        return not all(self.bearers[form.last] - owners for form in (one, other))

    def _is_only_one(self, one: Form, other: Form) -> bool:
        """Say whether the desk knows one forename alone that the initial can stand for."""
        full = one if len(one.first) > len(other.first) else other
        same = forename_groups().get(full.first, frozenset())
        return self.forenames[full.last, full.first[0]] <= {full.first, *same}


def _worth_comparing(
    forms: Sequence[Form], desk: _Desk, of: Collection[int] | None
) -> Iterator[tuple[Form, Form]]:
    wanted = None if of is None else {key for form in forms if form.owner in of for key in _keys(form)}
    under: defaultdict[Key, list[Form]] = defaultdict(list)
    for form in forms:
        for key in _keys(form):
            if wanted is None or key in wanted:
                under[key].append(form)
    for together in under.values():
        if 1 < len(together) <= MOST_UNDER_A_KEY:
            yield from _pairs(together, of)
    yield from _with_full_names(forms, desk, of)


def _pairs(forms: Sequence[Form], of: Collection[int] | None) -> Iterator[tuple[Form, Form]]:
    for one, other in combinations(forms, 2):
        if one.owner != other.owner and (of is None or one.owner in of or other.owner in of):
            yield one, other


def _with_full_names(
    forms: Sequence[Form], desk: _Desk, of: Collection[int] | None
) -> Iterator[tuple[Form, Form]]:
    """Yield what stands for a full name with those it may stand for.

    These are initials, surnames alone, and forenames that nobody bears and that may be slips.
    """
    starts: defaultdict[str, list[str]] = defaultdict(list)
    for last, owners in desk.bearers.items():
        if len(owners) == 1:
            starts[last[:LETTERS_OF_A_NAME]].append(last)
    for form in forms:
        if form.is_full and (len(form.first) < LETTERS_OF_A_NAME or not are_forenames(form.first)):
            full = desk.full[form.last]
        elif form.is_person and len(form.words) == 1:
            near = starts.get(form.last[:LETTERS_OF_A_NAME], ())
            lasts = (last for last in near if last == form.last or is_misspelling(last, form.last))
            full = [other for last in lasts for other in desk.full[last]]
        else:
            continue
        for other in full:
            if other.owner != form.owner and (of is None or form.owner in of or other.owner in of):
                yield form, other


def _keys(form: Form) -> set[Key]:
    """Return what the form stands under: each likeness has a key that both of its names share."""
    if not form.words:
        return set()
    keys: set[Key] = {("name", form.normalised), ("squeezed", form.squeezed)}
    if form.is_full:
        keys |= set(_personal_keys(form))
    elif not form.is_person:
        keys |= set(_keys_of_a_body(form))
    return keys


def _personal_keys(form: Form) -> Iterator[Key]:
    first, last = form.first, form.last
    for name in {first, *form.middle, *forename_groups().get(first, ())}:
        yield "forename and surname", name, last
    yield "words", *sorted(form.words)
    # A slip leaves the initial alone, and one end of the word or the other; so do most pairs of slips.
    yield "start of the surname", first, last[:2]
    yield "end of the surname", first, last[0], last[-2:]


def _keys_of_a_body(form: Form) -> Iterator[Key]:
    words = form.words
    yield "registered", *form.unincorporated()
    for letters in {form.acronym(), *form.letters()} - {""}:
        yield "letters", letters
    if len(words) > 1:
        for part in (words, words[:-1], words[1:]):
            yield "part", *part
        for index in range(len(words)):
            yield "but one", *words[:index], "", *words[index + 1 :]


def _surer(one: LikelyPair, other: LikelyPair) -> bool:
    return (not one.is_strong, _RANK[one.likeness]) < (not other.is_strong, _RANK[other.likeness])
