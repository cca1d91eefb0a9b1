"""The right answers for the sample articles, and drafts that err in them as a pipeline does, by a fixed seed.

Three articles have few errors of each kind, so a benchmark makes more: a claim gets another speaker, or one
that the article's draft does not know; its content stops early, runs on or lacks a piece; it is left out; or
one is added that is none. Pure; offsets in code points.
"""

import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from annotations.choices import ClaimKind, MentionForm, Region, SpeakerKind
from annotations.nlp.draft import Draft, DraftClaim, DraftParagraph, DraftSentence, DraftSpeaker, Span
from annotations.nlp.forms import claim_kind

ANSWERS = Path(__file__).parent / "sample_answers.json"
# What is done to one claim after the other; most stay right, as most are.
CASES = ("right", "speaker", "span", "right", "unknown speaker", "not a claim", "span", "missed")


@dataclass(frozen=True, slots=True)
class RightClaim:
    """A claim as it should be."""

    content: tuple[Span, ...]
    speaker: str


def right_claims(source_name: str, text: str) -> list[RightClaim]:
    """Return the right claims of one sample article; its pieces stand in the file in text order."""
    claims = []
    for answer in json.loads(ANSWERS.read_text(encoding="utf-8"))[source_name]:
        pieces, start = [], 0
        for words in answer["content"]:
            start = text.index(words, start)
            pieces.append(Span(start, start + len(words)))
        claims.append(RightClaim(tuple(pieces), answer["speaker"]))
    return sorted(claims, key=lambda claim: claim.content)


def right_draft(draft: Draft, right: Iterable[RightClaim], text: str) -> Draft:
    """Return the pipeline's draft with the claims put right; cues and sources stay as it found them."""
    speakers = list(draft.speakers)
    claims = []
    for answer in right:
        names = [speaker.name for speaker in speakers]
        if answer.speaker not in names:
            speakers.append(DraftSpeaker(answer.speaker, SpeakerKind.UNNAMED))
            names.append(answer.speaker)
        speaker = names.index(answer.speaker)
        found = next((claim for claim in draft.claims if _overlap(claim.content, answer.content)), None)
        base = found or DraftClaim(kind=ClaimKind.INDIRECT, content=answer.content, confidence=0.5)
        candidates = tuple(dict.fromkeys((speaker, *base.candidates)))
        kind = claim_kind(text, answer.content)
        claims.append(
            replace(base, content=answer.content, kind=kind, speaker=speaker, candidates=candidates)
        )
    return replace(draft, speakers=tuple(speakers), claims=tuple(claims))


def erring_draft(right: Draft, text: str, *, edition: int) -> tuple[str, Draft]:
    """Return the text with a last line that says which edition this is, and a draft of it with errors."""
    draw = random.Random(f"{text[:40]} {edition}")
    claims: list[DraftClaim] = []
    unknown: set[int] = set()
    for number, claim in enumerate(right.claims):
        case = CASES[(number + 3 * edition) % len(CASES)]
        if case == "speaker":
            others = [other for other in range(len(right.speakers)) if other != claim.speaker]
            # The right one is still among those it may be, as where a pipeline is unsure.
            claims.append(replace(claim, speaker=draw.choice(others)))
        elif case == "unknown speaker" and claim.speaker is not None:
            unknown.add(claim.speaker)
            claims.append(claim)
        elif case == "span":
            claims.append(replace(claim, content=_misread(claim.content, text, draw)))
        elif case == "not a claim":
            claims.append(claim)
            claims.extend(_no_claim(claim, text))
        elif case == "right":
            claims.append(claim)
    kept = [at for at in range(len(right.speakers)) if at not in unknown]
    line = f"Edition {edition} of this article."
    start = len(text) + 2
    paragraph = DraftParagraph(start, start + len(line), Region.BOILERPLATE)
    mentions = tuple(
        replace(mention, speaker=kept.index(mention.speaker) if mention.speaker in kept else None)
        for mention in right.mentions
    )
    draft = replace(
        right,
        paragraphs=(*right.paragraphs, paragraph),
        sentences=(*right.sentences, DraftSentence(start, paragraph.end, len(right.paragraphs))),
        mentions=mentions,
        speakers=tuple(right.speakers[at] for at in kept),
        claims=tuple(sorted((_renumbered(claim, kept) for claim in claims), key=lambda claim: claim.content)),
    )
    return f"{text}\n\n{line}", draft


def same_words(one: Iterable[Span], other: Iterable[Span], text: str) -> bool:
    """Say whether two contents cover the same words; marks and spaces at their edges are no difference."""
    return _words(one, text) == _words(other, text)


def _words(spans: Iterable[Span], text: str) -> set[int]:
    return {span.start + match.start() for span in spans for match in re.finditer(r"[^\W_]+", span.of(text))}


def _overlap(one: Iterable[Span], other: Iterable[Span]) -> bool:
    other = list(other)
    return any(a.start < b.end and b.start < a.end for a in one for b in other)


def _misread(content: tuple[Span, ...], text: str, draw: random.Random) -> tuple[Span, ...]:
    """Return the content with one of the errors that a pipeline makes in it."""
    last = content[-1]
    inside = [last.start + match.end() for match in re.finditer(r"[,.;!?”’]+(?= )", last.of(text)[:-1])]
    words = [last.start + match.start() for match in re.finditer(r"(?<= )\w", last.of(text))]
    sentence = re.compile(r"[.!?][”’\"]?(?=\s|$)").search(text, last.end)
    errors: list[tuple[Span, ...]] = []
    if len(content) > 1:
        errors += [content[:-1], content[1:]]
    if inside:
        errors.append((*content[:-1], Span(last.start, draw.choice(inside))))
    if words:
        errors.append((*content[:-1], Span(last.start, words[-1] - 1)))
        errors.append((*content[:-1], Span(words[0], last.end)))
    if sentence and "\n" not in text[last.end : sentence.end()]:
        errors.append((*content[:-1], Span(last.start, sentence.end())))
    errors = [error for error in errors if not same_words(error, content, text)]
    return draw.choice(errors) if errors else content


def _no_claim(claim: DraftClaim, text: str) -> list[DraftClaim]:
    """Return a claim that is none: the words between this one's end and the end of its line."""
    end = claim.content[-1].end
    line_end = text.find("\n", end)
    stretch = text[end : line_end if line_end >= 0 else len(text)]
    words = re.search(r"\w.*\w", stretch)
    if words is None or words.end() - words.start() < 4:
        return []
    content = (Span(end + words.start(), end + words.end()),)
    return [replace(claim, content=content, kind=ClaimKind.INDIRECT, cue=(), source=(), source_form=None)]


def _renumbered(claim: DraftClaim, kept: list[int]) -> DraftClaim:
    """Return the claim with its speakers as numbers of those that are kept."""
    speaker = kept.index(claim.speaker) if claim.speaker in kept else None
    form = claim.source_form if speaker is not None else claim.source_form or MentionForm.NOMINAL
    candidates = tuple(kept.index(other) for other in claim.candidates if other in kept)
    return replace(claim, speaker=speaker, source_form=form, candidates=candidates)
