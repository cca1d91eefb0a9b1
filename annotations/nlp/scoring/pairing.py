"""Which gold content a predicted content stands for."""

from collections import Counter, defaultdict
from collections.abc import Sequence


def pairs(gold: Sequence[set[int]], found: Sequence[set[int]], least: float) -> list[tuple[int, int]]:
    """Return one-to-one pairs of contents whose Jaccard index is at least `least`, best first."""
    holders: dict[int, list[int]] = defaultdict(list)
    for j, content in enumerate(found):
        for word in content:
            holders[word].append(j)
    options = []
    for i, content in enumerate(gold):
        shared = Counter(j for word in content for j in holders.get(word, ()))
        for j, common in shared.items():
            jaccard = common / (len(content) + len(found[j]) - common)
            if jaccard >= least:
                options.append((-jaccard, i, j))
    taken_gold: set[int] = set()
    taken: set[int] = set()
    chosen = []
    for _, i, j in sorted(options):
        if i not in taken_gold and j not in taken:
            taken_gold.add(i)
            taken.add(j)
            chosen.append((i, j))
    return chosen
