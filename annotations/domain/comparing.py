"""What a new draft would change in an article: its claims beside those that the article has.

Only suggestions that no person had a hand in are compared. One with the same content in the draft, else with
the most of it, stays the same claim and changes; the others go, and what is left of the draft is new, unless
it overlaps a claim that stays. The caller holds the article, and the speakers are matched, and made, as if
the draft were stored: who only wants to know rolls back.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from annotations.choices import ArticleState, SpanRole
from annotations.domain import history, matching, placing
from annotations.domain.matching import Match
from annotations.models import Article, Claim, Speaker
from annotations.nlp.draft import Draft, DraftClaim
from annotations.queries.sureness import percent
from annotations.queries.untouched import untouched_suggestions

Told = dict[str, Any]
Pair = tuple[Claim, DraftClaim]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What becomes of each claim; `same` pairs differ in nothing that people see, and are left alone.

    `told` is what people are shown, as JSON: lists `added`, `removed` and `changed` of claims in text order,
    and how many stay. `counts` are the numbers of it, under the names of `models.COUNTED`.
    """

    matches: list[Match]
    added: list[DraftClaim]
    removed: list[Claim]
    changed: list[Pair]
    told: Told
    counts: dict[str, int]

    @property
    def is_empty(self) -> bool:
        """Whether no claim would change."""
        return not (self.added or self.removed or self.changed)


def compare(article: Article, draft: Draft) -> Comparison:
    """Return what storing the draft would change in the article's claims."""
    matches = matching.speakers_for(article=article, drafts=draft.speakers)
    old = untouched_suggestions(article)
    kept = article.claims.exclude(pk__in=[claim.pk for claim in old])
    fresh = placing.without_taken(kept, draft.claims)
    pairs, removed, added = _paired(old, fresh)
    names = dict(
        Speaker.objects.filter(pk__in={claim.speaker_id for claim in old if claim.speaker_id}).values_list(
            "pk", "name"
        )
    )
    differing = [(pair, change) for pair in pairs if (change := _told_change(*pair, matches, names))]
    kept_count = kept.count()
    told: Told = {
        "added": [_told_draft(found, matches) for found in added],
        "removed": [{"claim": claim.pk, **_told_claim(claim, names)} for claim in removed],
        "changed": [change for _, change in differing],
        "same": len(pairs) - len(differing),
        "kept": kept_count,
        "held_back": len(draft.claims) - len(fresh),
    }
    return Comparison(
        matches=matches,
        added=added,
        removed=removed,
        changed=[pair for pair, _ in differing],
        told=told,
        counts=_counts(told, is_reviewed=article.state == ArticleState.REVIEWED),
    )


def _counts(told: Told, *, is_reviewed: bool) -> dict[str, int]:
    changes = [set(change["after"]) for change in told["changed"]]
    return {
        "added": len(told["added"]),
        "removed": len(told["removed"]),
        "changed": len(changes),
        "speakers": sum("speaker" in names for names in changes),
        "words": sum(bool(names & {role.value for role in SpanRole}) for names in changes),
        "kinds": sum("kind" in names for names in changes),
        "sureness": sum(names == {"percent"} for names in changes),
        "kept": told["kept"],
        "reopened": int(is_reviewed and bool(told["added"])),
    }


def _paired(
    old: Sequence[Claim], fresh: Sequence[DraftClaim]
) -> tuple[list[Pair], list[Claim], list[DraftClaim]]:
    """Return which claims are one, which of the old are left and which of the fresh, each in text order."""
    pieces = {claim.pk: _pieces(claim) for claim in old}
    by_content: dict[tuple[tuple[int, int], ...], list[Claim]] = {}
    for claim in reversed(old):
        by_content.setdefault(pieces[claim.pk], []).append(claim)
    chosen: dict[int, Claim] = {}
    for number, found in enumerate(fresh):
        if alike := by_content.get(_content(found)):
            chosen[number] = alike.pop()
    taken = {claim.pk for claim in chosen.values()}
    left = [claim for claim in old if claim.pk not in taken]
    open_numbers = [number for number in range(len(fresh)) if number not in chosen]
    likeness = [
        (-share, number, claim.pk)
        for number in open_numbers
        for claim in _near(left, pieces, fresh[number])
        if (share := _shared(pieces[claim.pk], _content(fresh[number])))
    ]
    claims = {claim.pk: claim for claim in left}
    for _, number, pk in sorted(likeness):
        if number not in chosen and pk in claims:
            chosen[number] = claims.pop(pk)
    pairs = [(chosen[number], fresh[number]) for number in sorted(chosen)]
    return (
        pairs,
        [claim for claim in left if claim.pk in claims],
        [found for number, found in enumerate(fresh) if number not in chosen],
    )


def _near(
    claims: Sequence[Claim], pieces: dict[int, tuple[tuple[int, int], ...]], found: DraftClaim
) -> Sequence[Claim]:
    """Return those of the claims, which are in text order, that may overlap the draft's claim."""
    if not claims:
        return []
    starts = [claim.start for claim in claims]
    longest = max(end - claim.start for claim in claims for _, end in pieces[claim.pk][-1:])
    content = _content(found)
    first = bisect_left(starts, content[0][0] - longest)
    return claims[first : bisect_right(starts, content[-1][1])]


def _shared(one: Iterable[tuple[int, int]], other: Iterable[tuple[int, int]]) -> float:
    """Return how much of both contents is common to them, 0 to 1."""
    first = {at for start, end in one for at in range(start, end)}
    second = {at for start, end in other for at in range(start, end)}
    return len(first & second) / len(first | second)


def _pieces(claim: Claim) -> tuple[tuple[int, int], ...]:
    return tuple(history.spans_by_role(claim)[SpanRole.CONTENT])


def _content(found: DraftClaim) -> tuple[tuple[int, int], ...]:
    return tuple((span.start, span.end) for span in found.content)


def _told_change(claim: Claim, found: DraftClaim, matches: list[Match], names: dict[int, str]) -> Told | None:
    """Return what of the claim would change, before and after; None where nothing that is seen would."""
    before, after = _told_claim(claim, names), _told_draft(found, matches)
    speaker = placing.speaker_of(found, matches)
    names_changed = {name for name in before if before[name] != after[name]} - {"start"}
    if claim.speaker_id != (speaker.pk if speaker else None):
        names_changed.add("speaker")
        if before["speaker"] == after["speaker"]:
            after["speaker"] = f"another {after['speaker']}"
    if not names_changed:
        return None
    return {
        "claim": claim.pk,
        "start": claim.start,
        "text": before[SpanRole.CONTENT],
        "before": {name: before[name] for name in sorted(names_changed)},
        "after": {name: after[name] for name in sorted(names_changed)},
    }


def _told_claim(claim: Claim, names: dict[int, str]) -> Told:
    spans = {role: [list(span) for span in spans] for role, spans in history.spans_by_role(claim).items()}
    return {
        "start": claim.start,
        "speaker": names.get(claim.speaker_id or 0, ""),
        "kind": claim.kind,
        "percent": percent(claim.confidence or 0.0),
        **spans,
    }


def _told_draft(found: DraftClaim, matches: list[Match]) -> Told:
    fields = placing.suggested(found, matches)
    return {
        "start": fields["start"],
        "speaker": fields["speaker"].name if fields["speaker"] else "",
        "kind": fields["kind"],
        "percent": percent(fields["confidence"]),
        **fields["suggestion"]["spans"],
    }
