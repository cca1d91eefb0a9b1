"""How many of the claims that a correction offers to change along with it are right.

    .venv/bin/python -m benchmarks.chain_offers POLNEAR/dev.jsonl [--fixed-order]

Annotates the 40 articles with gold names (`tests/data/names`), and for each claim whose suggested speaker is
wrong asks which others would be offered once it is corrected to the gold one. `--fixed-order` leaves the
ranker out, which makes more of them wrong: the offer is about what the pipeline gets wrong.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from annotations.choices import MentionForm, SpeakerKind
from annotations.names import normalise_name
from annotations.nlp.chains import Reference, Surroundings, hanging_on
from annotations.nlp.draft import Draft, DraftClaim
from annotations.nlp.gold import read_gold, with_names
from annotations.nlp.pipeline import annotate
from annotations.nlp.ranking import FixedOrder
from annotations.nlp.scoring.naming import is_right_name
from annotations.nlp.scoring.pairing import pairs
from annotations.nlp.words import Words

NAMES = Path("tests/data/names/names.jsonl")


def main() -> None:
    """Print, by form of the corrected source, how many were offered and how many of them are right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--fixed-order", action="store_true")
    options = parser.parse_args()
    corpus = with_names(read_gold(options.gold, texts_of=lambda hashes: {}), NAMES)
    counts: Counter[tuple[str, str]] = Counter()
    for article in corpus.articles:
        if article.get("has_names"):
            order = FixedOrder() if options.fixed_order else None
            counts.update(judged(article, annotate(article["text"], order=order)))
    print(f"{counts['all', 'paired']} claims that gold has, {counts['all', 'wrong']} with a wrong speaker")
    for form in ("pronoun", "nominal", "name"):
        offered, right = counts[form, "offered"], counts[form, "right"]
        print(
            f"{form}: {counts[form, 'wrong']} corrected, {counts[form, 'with an offer']} with an offer;",
            end=" ",
        )
        print(f"{offered} offered, {right} right, {counts[form, 'harmful']} right before")


def judged(article: dict[str, Any], draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield what there is to count in one article."""
    gold_of = _gold_of(article, draft)
    for index, gold in gold_of.items():
        yield "all", "paired"
        claim = draft.claims[index]
        if _is_right(draft, claim, gold):
            continue
        yield "all", "wrong"
        if not (claim.source and gold["names"]):
            continue
        form = str(claim.source_form)
        yield form, "wrong"
        offered = [other for other in _offered(article["text"], draft, index, gold) if other in gold_of]
        if offered:
            yield form, "with an offer"
        for other in offered:
            yield form, "offered"
            if set(gold["names"]) & set(gold_of[other]["names"]):
                yield form, "right"
            elif _is_right(draft, draft.claims[other], gold_of[other]):
                yield form, "harmful"


def _gold_of(article: dict[str, Any], draft: Draft) -> dict[int, dict[str, Any]]:
    """Return the gold claim for each claim of the draft that shares half of its words with one."""
    words = Words(article["text"])
    gold = [
        words.covered([(start, end) for start, end in item["content"]]) for item in article["attributions"]
    ]
    found = [words.covered([(span.start, span.end) for span in claim.content]) for claim in draft.claims]
    return {index: article["attributions"][number] for number, index in pairs(gold, found, 0.5)}


def _is_right(draft: Draft, claim: DraftClaim, gold: dict[str, Any]) -> bool:
    name = None if claim.speaker is None else draft.speakers[claim.speaker].name
    return is_right_name(name, gold["names"], gold.get("speaker_kind") or "")


def _offered(text: str, draft: Draft, index: int, gold: dict[str, Any]) -> Sequence[int]:
    """Return the claims that would be offered; those before the corrected one count as open too."""
    wrong = draft.claims[index].speaker
    right = next(
        (
            number
            for number, speaker in enumerate(draft.speakers)
            if is_right_name(speaker.name, gold["names"], "")
        ),
        None,
    )
    references = [
        Reference(number, claim.source[0].start, claim.source[0].end, claim.source[0].of(text))
        for number, claim in enumerate(draft.claims)
        if claim.source and claim.speaker == wrong
    ]
    named = [
        (mention.start, mention.speaker)
        for mention in draft.mentions
        if mention.form == MentionForm.NAME
        and mention.speaker not in {None, right}
        and draft.speakers[mention.speaker or 0].kind == SpeakerKind.PERSON
    ]
    around = Surroundings(
        names=[start for start, _ in named],
        other_antecedents=[start for start, speaker in named if wrong in {None, speaker}],
        kind_of_right=SpeakerKind(gold["speaker_kind"]),
        words_of_right=frozenset(word for name in gold["names"] for word in normalise_name(name).split()),
    )
    corrected = next(reference for reference in references if reference.claim_id == index)
    others = [reference for reference in references if reference.claim_id != index]
    return hanging_on(corrected, others, around)


if __name__ == "__main__":
    main()
