"""Counting how often a cue is a claim, on an article of our own."""

from collections import defaultdict

import pytest

from annotations.nlp import pipeline, rules
from annotations.nlp.components import counting, cues

pytestmark = pytest.mark.pipeline

TEXT = "Ann Lee said that the bridge was safe. Bo Roe said that it was not."


def attribution(content, cue, source, nth_cue=0):
    start = -1
    for _ in range(nth_cue + 1):
        start = TEXT.index(cue, start + 1)
    spans = {
        "content": [[TEXT.index(content), TEXT.index(content) + len(content)]],
        "cue": [[start, start + len(cue)]],
        "source": [[TEXT.index(source), TEXT.index(source) + len(source)]],
    }
    return spans


def counted(*attributions):
    counts = defaultdict(lambda: [0, 0])
    article = {"text": TEXT, "attributions": list(attributions)}
    counting.count(counts, article, rules.parse(TEXT, model=pipeline.DEFAULT_MODEL))
    return counts


def test_count_tells_claims_from_candidates():
    counts = counted(attribution("that the bridge was safe", "said", "Ann Lee"))

    assert counts["ccomp", "say"] == [2, 1]


def test_count_leaves_out_candidates_inside_a_claim():
    counts = counted(attribution("that the bridge was safe. Bo Roe said that it was not", "said", "Ann Lee"))

    assert counts["ccomp", "say"][0] == 1


def test_rare_lemmas_share_one_line():
    counts = {("ccomp", "say"): [9, 8], ("ccomp", "muse"): [2, 1], ("ccomp", "quip"): [1, 1]}

    assert list(counting.as_lines(counts))[-2:] == ["ccomp\t*\t3\t2", "ccomp\tsay\t9\t8"]


def test_share_of_claims_knows_reporting_verbs_from_others():
    assert cues.share_of_claims("ccomp", "say") > 0.8
    assert cues.share_of_claims("dobj", "carry") < 0.2
    assert cues.share_of_claims("ccomp", "zzz") == cues.share_of_claims("ccomp", "qqq")
