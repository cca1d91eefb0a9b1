"""Whether any text stops the pipeline or slows it down beyond reason.

    .venv/bin/python -m benchmarks.steadiness CORPUS

Annotates every article of `train.jsonl` and `dev.jsonl` of CORPUS and 2,000 generated texts full of quotation
marks of all kinds, and prints the articles that took most CPU time a word beside the median of all.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.nlp.pipeline import annotate

GENERATED = 2_000
_SHOWN = 5
_MARKS = [*"\"'“”‘’„‟«»‹›‚‛`´″′＂", "''", "``"]
_WORDS = [
    "said",
    "Ann Lee",
    "she",
    "told",
    "that",
    "the mayor",
    "Mr Roe",
    "who",
    "according to",
    "LEE:",
    "😀",
    "ש",
]
_SIGNS = [*",.:;!?—–-()[]", "\n", "\n\n", "\xa0", "\u202e", "\x00"]


@settings(max_examples=GENERATED, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.lists(st.sampled_from([*_MARKS, *_WORDS, *_SIGNS]), max_size=80).map(" ".join),
        st.lists(st.sampled_from([*_MARKS, *_WORDS, *_SIGNS]), max_size=80).map("".join),
        st.text(max_size=300),
    )
)
def annotate_generated(text: str) -> None:
    """Annotate one generated text; every span of the draft has to lie inside it."""
    draft = annotate(text)
    for claim in draft.claims:
        for span in (*claim.content, *claim.cue, *claim.source):
            assert 0 <= span.start < span.end <= len(text), text


def main() -> None:
    """Annotate and print."""
    taken: list[tuple[float, int, str]] = []
    annotate("“It is safe,” said Ann Lee.")
    for part in ("train.jsonl", "dev.jsonl"):
        for line in (Path(sys.argv[1]) / part).read_text(encoding="utf-8").splitlines():
            article = json.loads(line)
            words = max(1, len(article["text"].split()))
            began = time.process_time()
            annotate(article["text"], title=article.get("title") or "")
            taken.append(((time.process_time() - began) / words, words, article["id"]))
    median = statistics.median(each for each, _, _ in taken)
    print(f"{len(taken)} articles, none failed; median {1e6 * median:.0f} µs of CPU time a word")
    for each, words, name in sorted(taken, reverse=True)[:_SHOWN]:
        print(f"{each / median:.1f} times the median: {name} ({words} words)")
    annotate_generated()
    print(f"{GENERATED} generated texts, none failed")


if __name__ == "__main__":
    main()
