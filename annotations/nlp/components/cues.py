"""How often a cue in a construction signals a claim: counts learned from a corpus, kept as data.

`resources/cues.tsv` holds, for every construction and lemma, how many candidates were seen and how many
were claims; `counting` makes it.
"""

from functools import cache
from pathlib import Path

RESOURCE = Path(__file__).parent.parent / "resources" / "cues.tsv"

RARE = "*"
# How many sightings the share of rare lemmas weighs against those of one lemma.
_PRIOR_WEIGHT = 2.0
# Told by their form alone, and too rare in the counted corpus to be counted.
_FORMS = {"free-signature": 0.9}


@cache
def _counts() -> dict[tuple[str, str], tuple[int, int]]:
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for line in RESOURCE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        construction, lemma, seen, right = line.split("\t")
        counts[construction, lemma] = int(seen), int(right)
    return counts


@cache
def share_of_claims(construction: str, lemma: str) -> float:
    """Return the share (0 to 1) of candidates like this that are claims.

    A lemma that the counts lack is taken for one as rare as those that are summed up as rare.
    """
    if construction in _FORMS:
        return _FORMS[construction]
    counts = _counts()
    seen_rare, right_rare = counts.get((construction, RARE), (0, 0))
    prior = (right_rare + 0.2) / (seen_rare + 2)
    seen, right = counts.get((construction, lemma), (0, 0))
    return (right + _PRIOR_WEIGHT * prior) / (seen + _PRIOR_WEIGHT)
