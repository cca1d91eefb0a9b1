"""The scorer: hand-computed small cases, and agreement with the corpus' own scorer where that is at hand."""

import importlib.util
import json
import random
import sys

import pytest

from annotations.nlp import scoring
from annotations.nlp.scoring import Figures, score, table

TEXT = (
    "Bridge vote put off\n"
    "“We have no plan,” said Ann Lee. “None at all.”\n"
    'She said that the "deal" was dead. The council hopes to vote soon.\n'
)
PERFECT = Figures(1.0, 1.0, 1.0)


def at(words, nth=0):
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return [start, start + len(words)]


def claim(*content, source=()):
    return {"content": [at(words) for words in content], "source": [at(words) for words in source]}


GOLD = {
    "id": "a",
    "text": TEXT,
    "attributions": [
        claim("“We have no plan,”", "“None at all.”", source=["Ann Lee"]) | {"kind": "direct"},
        claim('that the "deal" was dead', source=["She"]) | {"kind": "mixed"},
        claim("to vote soon", source=["The council"]) | {"kind": "indirect"},
    ],
}


def scored(*claims):
    return score([GOLD], [{"id": "a", "claims": list(claims)}]).by_claim


def test_gold_against_itself_is_perfect_in_everything():
    groups = scored(*GOLD["attributions"])

    for group in groups.values():
        figures = (group.exact, group.overlap, group.tokens, group.attribution, group.same_mention)
        assert figures == (PERFECT,) * 5
        assert group.source_accuracy == 1.0
    assert {name: (group.gold, group.predicted) for name, group in groups.items()} == {
        "direct": (1, 1),
        "mixed": (1, 1),
        "direct+mixed": (2, 2),
        "indirect": (1, 1),
        "all": (3, 3),
    }


def test_marks_at_the_edges_do_not_matter():
    direct = scored(claim("We have no plan", "None at all", source=["Lee"]))["direct"]

    assert (direct.exact, direct.attribution) == (PERFECT, PERFECT)


def test_half_of_the_words_make_a_pair_and_fewer_do_not():
    # The direct content has seven words: four are enough, three are not.
    assert scored(claim("We have no plan"))["direct"].overlap == PERFECT
    assert scored(claim("None at all"))["direct"].overlap == Figures(0.0, 0.0, 0.0)


def test_tokens_count_words_even_without_a_pair():
    direct = scored(claim("None at all"))["direct"]

    assert direct.tokens == Figures(1.0, 3 / 7, 0.6)


def test_precision_is_over_predictions_of_the_kind_and_recall_over_gold():
    everything = scored(claim("We have no plan"), claim("None at all"), claim("Bridge vote"))["all"]

    assert everything.overlap == Figures(1 / 3, 1 / 3, 1 / 3)


def test_source_is_right_by_a_telling_word_and_the_same_mention_by_place():
    wrong = scored(claim("to vote soon", source=["The"]))["indirect"]
    elsewhere = scored(claim('that the "deal" was dead', source=["Ann Lee"]))["mixed"]

    assert (wrong.overlap.f1, wrong.attribution.f1) == (1.0, 0.0)
    assert elsewhere.attribution.f1 == 0.0
    assert wrong.source_accuracy == 0.0


def test_named_sources_leave_pronouns_out():
    groups = scored(claim('that the "deal" was dead'), claim("to vote soon", source=["council"]))

    assert groups["mixed"].named_source_accuracy == 0.0
    assert groups["indirect"].named_source_accuracy == 1.0
    assert groups["all"].named_source_accuracy == 1.0


def test_fragments_break_a_content_into_unbroken_runs():
    fragments = score([GOLD], [{"id": "a", "claims": [claim("We have no plan", source=["Lee"])]}]).by_fragment

    assert fragments["direct"].gold == 2
    assert fragments["direct"].exact == Figures(1.0, 0.5, 2 / 3)


def test_missing_article_counts_as_found_empty():
    result = score([GOLD], [])

    assert (result.missing, result.by_claim["all"].overlap.recall) == (1, 0.0)


@pytest.mark.parametrize(
    ("predictions", "message"),
    [
        ([{"id": "b", "claims": []}], "lacks"),
        ([{"id": "a", "claims": []}, {"id": "a", "claims": []}], "twice"),
        ([{"id": "a", "claims": [{"content": [[0, len(TEXT) + 1]]}]}], "outside"),
    ],
)
def test_impossible_predictions_are_refused(predictions, message):
    with pytest.raises(ValueError, match=message):
        score([GOLD], predictions)


def test_bootstrap_is_repeatable_and_brackets_the_figure():
    gold = [GOLD | {"id": str(number)} for number in range(6)]
    predictions = [{"id": "0", "claims": GOLD["attributions"]}]
    first = score(gold, predictions, bootstrap=50).by_claim["all"].exact

    assert first == score(gold, predictions, bootstrap=50).by_claim["all"].exact
    low, high = first.interval
    assert low <= first.f1 <= high
    assert low < high


def test_table_shows_per_cent_with_one_decimal():
    lines = table(score([GOLD], [{"id": "a", "claims": [claim("We have no plan")]}])).splitlines()

    assert lines[1].split()[:9] == ["direct", "1", "1", "|", "0.0", "0.0", "0.0", "|", "100.0"]
    assert [line.split()[0] for line in lines[1:6]] == ["direct", "mixed", "direct+mixed", "indirect", "all"]


# -- against the corpus' own scorer ----------------------------------------------------------------------

THEIR_NAMES = {
    "exact": "exact",
    "overlap": "partial",
    "tokens": "token",
    "attribution": "attrib",
    "same_mention": "attrib_pos",
}


@pytest.fixture
def theirs(shared, monkeypatch):
    """The scorer that came with the corpus."""
    monkeypatch.syspath_prepend(str(shared / "attribution"))
    spec = importlib.util.spec_from_file_location("their_score", shared / "attribution" / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.modules.pop("common", None)


def figures(result, unit):
    return {
        name: {measure: getattr(group, measure) for measure in THEIR_NAMES}
        for name, group in getattr(result, unit).items()
    }


def their_figures(groups):
    return {
        name: {
            ours: Figures(
                group[other]["p"],
                group[other]["r"],
                group[other]["f1"],
                tuple(group[other]["f1_ci95"]) if "f1_ci95" in group[other] else None,
            )
            for ours, other in THEIR_NAMES.items()
        }
        for name, group in groups.items()
    }


def random_claims(text, gold, generator):
    """Return claims that copy, cut, widen and invent what gold has."""

    def span():
        start = generator.randrange(len(text))
        return [start, min(len(text), start + generator.randrange(160))]

    claims = []
    for attribution in gold:
        choice = generator.random()
        if choice < 0.3:
            claims.append({"content": attribution["content"], "source": attribution["source"]})
        elif choice < 0.6:
            start, end = attribution["content"][0]
            claims.append({"content": [[start, (start + end + 1) // 2]], "source": [span()]})
        elif choice < 0.8:
            claims.append({"content": [span(), span()], "source": attribution["source"]})
    return claims


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_agree_with_the_corpus_scorer_to_the_last_digit(shared, theirs, seed):
    generator = random.Random(seed)
    path = shared / "corpus" / "polnear" / "dev.jsonl"
    gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()][:40]
    predictions = [
        {"id": article["id"], "claims": random_claims(article["text"], article["attributions"], generator)}
        for article in gold[:-1]
    ]

    ours = scoring.score(gold, predictions, bootstrap=20)
    other = theirs.score(gold, predictions, bootstrap=20)

    assert figures(ours, "by_claim") == their_figures(other["groups"])
    assert figures(ours, "by_fragment") == their_figures(other["fragment_groups"])
    for name, group in ours.by_claim.items():
        their_group = other["groups"][name]
        assert group.source_accuracy == their_group["src_acc"]
        assert group.named_source_accuracy == their_group["src_acc_named"]
        assert (group.gold, group.predicted, group.matched) == (
            their_group["gold"],
            their_group["pred"],
            their_group["matched"],
        )
