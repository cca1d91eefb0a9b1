"""Which speakers of a desk are likely one, and how sure that is."""

import itertools
import json
from collections import defaultdict
from pathlib import Path

import pytest

from annotations.choices import Likeness
from annotations.names import normalise_name
from annotations.nlp.likely_pairs import likely_pairs
from annotations.nlp.likeness import Form

NAMES = Path(__file__).resolve().parent.parent / "data" / "names" / "names.jsonl"
BODIES = ("Council", "Institute", "University", "ISW", "Bank", "Party", "Ministry", "Organization", "Kestrel")


def desk(*names: str | tuple[str, ...]) -> list[Form]:
    """Return the forms of a desk; each argument is one speaker, with its other names behind its own."""
    numbers = itertools.count(1)
    return [
        Form(
            next(numbers), owner, text, is_person=not any(word in text for word in BODIES), is_main=not place
        )
        for owner, forms in enumerate(names, start=1)
        for place, text in enumerate((forms,) if isinstance(forms, str) else forms)
    ]


def is_body(text: str) -> bool:
    return any(word in text for word in BODIES)


def found(*names: str | tuple[str, ...]) -> list[tuple[int, int, Likeness, bool]]:
    pairs = likely_pairs(desk(*names))
    return sorted((pair.one.owner, pair.other.owner, pair.likeness, pair.is_strong) for pair in pairs)


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("Ana Lindqvist", "Ana Lindqvist", Likeness.SAME_NAME),
        ("Ana Lindqvist", "Senator Ana Lindqvist", Likeness.TITLE),
        ("José Muñoz", "Jose Munoz", Likeness.SPELLING),
        ("Ana Lind-Qvist", "Ana Lindqvist", Likeness.SPELLING),
        ("Ana Lindqvist", "Ana M. Lindqvist", Likeness.MIDDLE_NAME),
        ("Ana Maria Lindqvist", "Ana M. Lindqvist", Likeness.MIDDLE_NAME),
        ("J. Edgar Kestle", "Edgar Kestle", Likeness.MIDDLE_NAME),
        ("Bob Kestle", "Robert Kestle", Likeness.SHORT_FORM),
        ("Jinping Kestle", "Kestle Jinping", Likeness.WORD_ORDER),
        ("Volodymyr Zelensky", "Volodymyr Zelesnky", Likeness.SLIP),
        ("Volodymyr Zelenskyy", "Volodymyr Zelinsky", Likeness.SLIPS),
        ("Madeleine Kestle", "Madelaine Kestle", Likeness.SLIP),
        ("A. Lindqvist", "Ana Lindqvist", Likeness.INITIAL),
        ("AM Lindqvist", "Ana Maria Lindqvist", Likeness.INITIAL),
        ("Institute for the Study of War", "ISW", Likeness.ACRONYM),
        ("Kestrel Bank", "Kestrel Bank Inc.", Likeness.LEGAL_FORM),
        ("World Health Organization", "World Health Organisation Council", None),
        ("Ministry of Defence", "Ministry of Defense", Likeness.SLIP),
    ],
)
def test_pair_is_likely(one: str, other: str, likeness: Likeness | None) -> None:
    assert found(one, other) == ([(1, 2, likeness, True)] if likeness else [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Lindqvist", "Peter Lindqvist"),  # one surname, two people
        ("Mary Kestle", "Maria Kestle"),  # two forenames that people bear
        ("Mr A. Kestle", "Mrs A. Kestle"),
        ("George H. W. Kestle", "George B. Kestle"),
        ("Robert Kestle Jr.", "Robert Kestle"),  # father and son
        ("Lee Kim", "Lee Kin"),  # too short for a slip
        ("Kestrel University", "Kestrel Institute"),
    ],
)
def test_pair_is_not_likely(one: str, other: str) -> None:
    assert found(one, other) == []


def test_initial_is_a_weak_sign_where_it_fits_two_people() -> None:
    assert found("A. Lindqvist", "Ana Lindqvist", "Anders Lindqvist") == [
        (1, 2, Likeness.INITIAL, False),
        (1, 3, Likeness.INITIAL, False),
    ]


def test_slip_is_a_weak_sign_where_others_bear_both_surnames() -> None:
    names = ("Mark Johnson", "Mark Johnston", "Ana Johnson", "Ruth Johnston")

    assert found(*names[:2]) == [(1, 2, Likeness.SLIP, True)]
    assert found(*names) == [(1, 2, Likeness.SLIP, False)]


def test_acronym_is_a_weak_sign_where_it_fits_two_bodies() -> None:
    pairs = found("Institute for the Study of War", "Institute of Soil and Water", "ISW")

    assert [pair[3] for pair in pairs if pair[2] == Likeness.ACRONYM] == [False, False]


def test_surname_alone_is_a_weak_sign_where_one_person_bears_it_and_none_where_two_do() -> None:
    assert found("Lindqvist", "Ana Lindqvist") == [(1, 2, Likeness.SURNAME, False)]
    assert found("Lindqvist", "Ana Lindqvist", "Peter Lindqvist") == []


def test_same_name_of_a_person_and_a_body_is_a_weak_sign() -> None:
    forms = [Form(1, 1, "Kestle Farms", is_person=True), Form(2, 2, "Kestle Farms", is_person=False)]

    assert [(pair.likeness, pair.is_strong) for pair in likely_pairs(forms)] == [(Likeness.SAME_NAME, False)]


def test_other_names_count_unless_the_own_names_tell_two_people_apart() -> None:
    assert found(("Ana Berg", "Ana Lindqvist"), "Ana Lindqvist") == [(1, 2, Likeness.SAME_NAME, True)]
    assert found(("Ana Kestle", "A. Kestle"), ("Otto Kestle", "A. Kestle")) == []


def test_each_two_speakers_are_one_pair_with_their_surest_likeness() -> None:
    assert found(("Ana Lindqvist", "A. Lindqvist"), ("Ana M. Lindqvist", "A. Lindqvist")) == [
        (1, 2, Likeness.SAME_NAME, True)
    ]


def test_only_pairs_of_those_asked_for_are_compared() -> None:
    forms = desk("Bob Kestle", "Robert Kestle", "Ana Oduya", "Ana B. Oduya")

    assert [(pair.one.owner, pair.other.owner) for pair in likely_pairs(forms, of={4})] == [(3, 4)]


def test_likely_pairs_of_real_names_are_never_two_people() -> None:
    """Among the gold names of forty articles, all strong pairs are forms that one reader gave one speaker."""
    leader: dict[str, str] = {}

    def find(form: str) -> str:
        while leader.setdefault(form, form) != form:
            form = leader[form]
        return form

    texts: dict[str, str] = {}
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for line in NAMES.read_text(encoding="utf-8").splitlines():
        for gold in json.loads(line)["attributions"]:
            if gold["kind"] not in {"person", "organisation"} or any(";" in name for name in gold["names"]):
                continue
            for name in gold["names"]:
                form = normalise_name(name)
                texts.setdefault(form, name)
                kinds[form].append(gold["kind"])
                leader[find(form)] = find(normalise_name(gold["names"][0]))
    forms = [
        Form(at, at, texts[form], is_person=kinds[form].count("person") * 2 > len(kinds[form]))
        for at, form in enumerate(sorted(texts))
    ]

    strong = [pair for pair in likely_pairs(forms) if pair.is_strong]

    assert len(strong) > 20
    assert [pair for pair in strong if find(pair.one.normalised) != find(pair.other.normalised)] == []
