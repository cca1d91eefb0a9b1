"""How good predicted claims are, counted against an annotated corpus. Knows neither Django nor spaCy.

Contents are compared as sets of words, so marks and punctuation at their edges never matter. By claim and
by fragment (every content broken into its unbroken runs of words) the same figures are given:

- exact: both contents cover the same words;
- overlap: one-to-one pairs that share at least half of their words, best pairs first;
- tokens: words that any claim of the article covers;
- attribution: overlapping pairs whose source is right, that is shares a telling word with the gold source
  (or, where that has none, any of its words); where gold has no source, the prediction must have none;
- same mention: the same, but it must be that very word of the text.

Where the gold says who speaks, two more are given by claim:

- name: overlapping pairs whose speaker has one of the names that gold accepts;
- calibration: how far the stated confidence is from the share that is right.

Recall is over the gold claims of a kind, precision over the predictions of that kind.
"""

from annotations.nlp.scoring.calibration import BANDS, Band, Calibration
from annotations.nlp.scoring.comparison import Comparison, Difference, compare
from annotations.nlp.scoring.counting import KINDS, Article, Claim
from annotations.nlp.scoring.figures import GROUPS, MEASURES, Figures, GroupScore, NameScore, Share
from annotations.nlp.scoring.report import (
    calibration_table,
    comparison_table,
    name_table,
    table,
    worst_table,
)
from annotations.nlp.scoring.scores import ArticleScore, Score, score

__all__ = [
    "BANDS",
    "GROUPS",
    "KINDS",
    "MEASURES",
    "Article",
    "ArticleScore",
    "Band",
    "Calibration",
    "Claim",
    "Comparison",
    "Difference",
    "Figures",
    "GroupScore",
    "NameScore",
    "Score",
    "Share",
    "calibration_table",
    "compare",
    "comparison_table",
    "name_table",
    "score",
    "table",
    "worst_table",
]
