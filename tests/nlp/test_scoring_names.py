"""How the scorer judges names: what counts as right, over which claims, and by which form of source."""

import pytest

from annotations.nlp.scoring import Figures, name_table, score
from annotations.nlp.scoring.naming import is_right_name

TEXT = (
    "“We have no plan,” said Ann Lee. “None at all.”\n"
    'She said that the "deal" was dead. Some officials hope to vote soon. It is said to be late.\n'
)


def at(words, nth=0):
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return [start, start + len(words)]


def claim(*content, source=(), **more):
    return {"content": [at(words) for words in content], "source": [at(words) for words in source], **more}


DIRECT = claim("We have no plan", "None at all", source=["Ann Lee"])
MIXED = claim('that the "deal" was dead', source=["She"])
INDIRECT = claim("to vote soon", source=["Some officials"])
NOBODY = claim("to be late")
GOLD = {
    "id": "a",
    "text": TEXT,
    "attributions": [
        DIRECT | {"names": ["Ann Lee"], "speaker_kind": "person"},
        MIXED | {"names": ["Ann Lee", "Ann B. Lee"], "speaker_kind": "person"},
        INDIRECT | {"names": ["city officials"], "speaker_kind": "group"},
        NOBODY | {"names": [], "speaker_kind": "none"},
    ],
}
RIGHT = [
    DIRECT | {"speaker": "Ann Lee"},
    MIXED | {"speaker": "Ann Lee"},
    INDIRECT | {"speaker": "officials"},
    NOBODY | {"speaker": None},
]


def names(*claims, gold=GOLD):
    return score([gold], [{"id": "a", "claims": list(claims)}]).names


@pytest.mark.parametrize(
    ("given", "accepted", "kind"),
    [
        ("Ann Lee", ["Ann Lee"], "person"),
        ("Ms. Ann Lee’s", ["ANN LEE"], "person"),
        ("J.K. Rowling", ["Joanne Rowling", "J. K. Rowling"], "person"),
        ("Jon Tester", ["Jon Tester; David Vitter", "Jon Tester", "David Vitter"], "person"),
        ("the officials", ["officials"], "group"),
        ("a senior administration official", ["senior official", "official"], "unnamed"),
        ("officials", ["officials close to the talks"], "unnamed"),
        ("two city officials", ["Officials in Leeds", "city officials"], "group"),
        ("a report", ["report"], "document"),
        (None, [], "none"),
        ("", [], "none"),
    ],
)
def test_name_is_right(given, accepted, kind):
    assert is_right_name(given, accepted, kind)


@pytest.mark.parametrize(
    ("given", "accepted", "kind"),
    [
        # The surname alone is another entry of the desk.
        ("Lee", ["Ann Lee"], "person"),
        ("Ann Lee", ["Lee"], "person"),
        ("Hotel workers", ["hotel"], "organisation"),
        # The words of one are in the other, but the one is about somebody else.
        ("Ann Lee", ["Ann Lee supporters"], "group"),
        ("hospital", ["officials at the hospital"], "group"),
        ("officials", ["voters"], "group"),
        ("city report", ["report"], "document"),
        ("Ann Lee", [], "none"),
        (None, ["Ann Lee"], "person"),
    ],
)
def test_name_is_wrong(given, accepted, kind):
    assert not is_right_name(given, accepted, kind)


def test_right_names_everywhere_are_perfect():
    found = names(*RIGHT)

    assert {group: score.end_to_end for group, score in found.items()} == dict.fromkeys(
        found, Figures(1.0, 1.0, 1.0)
    )
    assert (found["all"].gold, found["all"].predicted) == (4, 4)
    assert (found["all"].given_content.right, found["all"].given_content.of) == (4, 4)


def test_shares_are_told_apart_by_the_form_of_the_gold_source():
    found = names(RIGHT[0], MIXED | {"speaker": "Bo Ek"}, *RIGHT[2:])

    shares = {form: (share.right, share.of) for form, share in found["all"].by_form.items()}
    assert shares == {
        "pronoun": (0, 1),
        "nominal": (1, 1),
        "name": (1, 1),
        "none": (1, 1),
        "pronoun+nominal": (1, 2),
        "all": (3, 4),
    }
    assert found["direct+mixed"].by_form["pronoun+nominal"].of == 1


def test_end_to_end_asks_for_the_content_and_ignores_the_source_mention():
    elsewhere = {"content": [at("said")], "source": [], "speaker": "Ann Lee"}
    direct = names(DIRECT | {"source": [], "speaker": "Ann Lee"}, elsewhere)

    assert direct["direct"].end_to_end == Figures(1.0, 1.0, 1.0)
    assert direct["all"].end_to_end == Figures(0.5, 0.25, 1 / 3)


def test_claims_without_gold_names_count_for_nothing():
    gold = GOLD | {"attributions": [GOLD["attributions"][0], MIXED]}
    found = names(RIGHT[0], RIGHT[1], gold=gold)["all"]

    assert (found.gold, found.predicted, found.end_to_end.f1) == (1, 1, 1.0)


def test_articles_without_names_count_for_nothing():
    unnamed = {"id": "b", "text": TEXT, "attributions": [DIRECT]}
    result = score([GOLD, unnamed], [{"id": each, "claims": RIGHT} for each in ("a", "b")])

    assert (result.named_articles, result.names["all"].predicted) == (1, 4)


def test_article_that_says_so_counts_although_nobody_speaks_in_it():
    silent = {"id": "a", "text": TEXT, "attributions": [], "has_names": True}
    found = names(RIGHT[0], gold=silent)["all"]

    assert (found.gold, found.predicted) == (0, 1)


@pytest.mark.parametrize(
    ("gold", "claims"),
    [
        ({"id": "a", "text": TEXT, "attributions": [DIRECT]}, RIGHT),
        (GOLD, [DIRECT]),
    ],
    ids=["no gold names", "predictions without speakers"],
)
def test_no_name_figures_where_one_side_has_none(gold, claims):
    result = score([gold], [{"id": "a", "claims": claims}])

    assert result.names is None
    assert name_table(result) == ""


def test_table_shows_end_to_end_and_each_form():
    lines = name_table(score([GOLD], [{"id": "a", "claims": RIGHT}])).splitlines()

    assert lines[0] == "speaker names, over 1 article with gold names"
    assert lines[2].split()[:6] == ["direct", "1", "1", "|", "100.0", "100.0"]
    [together] = [line for line in lines if line.startswith("pronoun and role together")]
    assert together.split()[-4:] == ["1/1", "100.0", "2/2", "100.0"]
