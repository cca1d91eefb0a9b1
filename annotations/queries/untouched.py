"""Which of an article's suggestions are as the pipeline left them, the only ones that a new draft may take.

An editor's hand shows in more than a decision: a note, a kind, spans or a speaker that are not the suggested
ones, as after the split of a speaker. That speakers were merged is nobody's hand on a claim.
"""

from annotations.choices import ClaimOrigin, ClaimState, SpanRole
from annotations.models import Article, Claim, ClaimSpan


def untouched_suggestions(article: Article) -> list[Claim]:
    """Return the pipeline's suggestions that no person had a hand in, with their spans, in text order."""
    rows = article.claims.filter(
        state=ClaimState.SUGGESTED,
        origin=ClaimOrigin.PIPELINE,
        note="",
        is_changed=False,
        decided_by__isnull=True,
    )
    rows = rows.select_related("suggested_speaker").prefetch_related("spans").in_text_order()
    return [claim for claim in rows if _is_as_suggested(claim)]


def _is_as_suggested(claim: Claim) -> bool:
    meant = claim.suggested_speaker
    living = (meant.merged_into_id or meant.pk) if meant else None
    if claim.speaker_id != living or claim.suggestion is None:
        return False
    spans: dict[str, list[list[int]]] = {role.value: [] for role in SpanRole}
    for span in sorted(claim.spans.all(), key=_by_position):
        spans[span.role].append([span.start, span.end])
    return bool(claim.kind == claim.suggestion["kind"] and spans == claim.suggestion["spans"])


def _by_position(span: ClaimSpan) -> int:
    return span.position
