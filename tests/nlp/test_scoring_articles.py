"""The worst articles, kinds as they are stated, and two systems side by side."""

import pytest

from annotations.nlp.scoring import compare, comparison_table, score, worst_table

TEXT = "Ann Lee said it was late. Bo Ek said ‘it was early’."
LATE = {"content": [[13, 24]], "source": [[0, 7]]}
EARLY = {"content": [[37, 51]], "source": [[26, 31]]}


def article(id_, *attributions, title=""):
    return {"id": id_, "text": TEXT, "title": title, "attributions": list(attributions)}


def found(id_, *claims):
    return {"id": id_, "claims": list(claims)}


def test_worst_articles_come_first_and_the_one_with_more_claims_among_equals():
    gold = [article("good", LATE), article("one", LATE), article("two", LATE, EARLY), article("half", LATE)]
    result = score(gold, [found("good", LATE), found("half", LATE, EARLY)])

    assert [each.id for each in result.worst(3)] == ["two", "one", "half"]
    half = result.worst(3)[2]
    assert (half.gold, half.predicted, half.matched, half.right, half.f1) == (
        1,
        2,
        1,
        1,
        pytest.approx(2 / 3),
    )


def test_article_in_which_nobody_speaks_and_nothing_was_found_is_not_among_the_worst():
    assert score([article("silent")], [found("silent")]).worst(50) == []


def test_worst_table_counts_paired_and_right_claims():
    result = score(
        [article("a", LATE, EARLY, title="Late again")], [found("a", LATE, EARLY | {"source": []})]
    )

    assert worst_table(result, 50).splitlines()[0] == "the 1 worst of 1 article, by attribution F1"
    assert worst_table(result, 50).splitlines()[2].split() == [
        "50.0",
        "2",
        "2",
        "2",
        "1",
        "a",
        "Late",
        "again",
    ]


def test_stated_kinds_are_believed_on_both_sides():
    # By the corpus' rule, which knows no single marks, the claim is indirect.
    gold = article("a", EARLY | {"kind": "direct"})
    claims = [found("a", EARLY | {"kind": "direct"})]

    assert score([gold], claims).by_claim["direct"].predicted == 0
    assert score([gold], claims, stated_kinds=True).by_claim["direct"].exact.f1 == 1.0


GOLD = [article(str(number), LATE, EARLY) for number in range(8)]
ALL = [found(each["id"], LATE, EARLY) for each in GOLD]
HALF = [found(each["id"], LATE) for each in GOLD]
ONE_LESS = [*ALL[:-1], found("7", LATE)]


def differences(own, other, draws=100):
    result = compare(GOLD, own, other, draws=draws)
    return {(each.group, each.measure): each for each in result.differences}


def test_difference_is_own_less_other_and_has_an_interval():
    each = differences(ALL, HALF)["all", "attribution"]

    assert (each.own, each.other, each.difference) == (1.0, pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert each.interval == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert each.is_real
    assert not differences(ALL, ALL)["all", "attribution"].is_real


def test_difference_in_one_article_of_eight_is_not_real():
    each = differences(ALL, ONE_LESS)["all", "exact"]

    low, high = each.interval
    assert low == 0.0 < each.difference < high
    assert not each.is_real


def test_differences_are_drawn_in_pairs():
    # Both are wrong in the same articles, so that no draw sets them apart although each varies.
    each = differences(ONE_LESS, ONE_LESS)["all", "exact"]

    assert each.interval == (0.0, 0.0)


def test_without_draws_there_is_no_interval_and_nothing_is_real():
    each = differences(ALL, HALF, draws=0)["all", "exact"]

    assert (each.interval, each.is_real) == (None, False)


def test_names_are_compared_where_both_say_who_speaks():
    gold = [article("a", LATE | {"names": ["Ann Lee"], "speaker_kind": "person"})]
    named = [found("a", LATE | {"speaker": "Ann Lee"})]
    other = [found("a", LATE | {"speaker": "Bo Ek"})]
    silent = [found("a", LATE)]

    def measures(predictions):
        return {each.measure: each for each in compare(gold, named, predictions, draws=0).differences}

    assert measures(other)["name"].difference == 1.0
    assert "name" not in measures(silent)


def test_comparison_table_marks_what_is_real_and_says_what_is_missing():
    lines = comparison_table(compare(GOLD, ALL, HALF[:-1], draws=50), "old.jsonl").splitlines()

    assert lines[0] == "compared with old.jsonl"
    [line] = [line for line in lines if line.startswith("all") and "overlap" in line]
    assert line.split()[:5] == ["all", "overlap", "100.0", "60.9", "+39.1"]
    assert line.endswith("real")
    assert lines[-1] == "1 article missing in old.jsonl counted as found empty."


def test_other_predictions_are_checked_as_the_own_ones_are():
    with pytest.raises(ValueError, match="lacks: z"):
        compare(GOLD, ALL, [found("z")], draws=0)
