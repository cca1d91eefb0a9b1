"""Revisions: what was done, by whom, and the state before and after it.

A state is a mapping from "claim:12", "speaker:3", "alias:5" or "article:7" to the fields of that row, or to
None where there is no such row; spans are lists of [start, end] in code points. It is JSON, so that it can
be kept.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from annotations.choices import SpanRole
from annotations.domain import numbering, search
from annotations.domain.work_left import count_work_left, keep_work_left
from annotations.models import Alias, Article, Claim, ClaimSpan, Revision, Sentence, Speaker, User

State = dict[str, dict[str, Any] | None]

CLAIM_FIELDS = (
    "article_id",
    "start",
    "kind",
    "speaker_id",
    "source_form",
    "state",
    "origin",
    "confidence",
    "reason",
    "suggested_speaker_id",
    "suggestion",
    "is_changed",
    "note",
    "decided_by_id",
    "created_by_id",
)
FORGET_SPEAKER = "forget speaker"
CLAIM_MOMENTS = ("decided_at", "created_at")
SPEAKER_FIELDS = (
    "name",
    "kind",
    "role",
    "gender",
    "gender_basis",
    "external_id",
    "countable",
    "merged_into_id",
    "created_by_id",
)
ALIAS_FIELDS = ("speaker_id", "text", "normalised", "added_by_id", "learned_in_id")


def record(
    *,
    verb: str,
    by: User | None,
    article: Article | None = None,
    claim_id: int | None = None,
    speaker_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    target: Revision | None = None,
    request_key: str = "",
) -> Revision:
    """Write one revision. `by` is None for the pipeline; `request_key` makes a repeated request findable.

    A speaker that a claim came to or left has a number in the article from then on, what is left in the
    article is counted anew, and changed words are found, so this comes after the verb's changes.
    """
    _number_the_speakers(article, before or {}, after or {})
    if article:
        search.index_changed(article, before or {}, after or {})
        count_work_left(article=article)
    return Revision.objects.create(
        verb=verb,
        actor=by,
        article_id=article.pk if article else None,
        claim_id=claim_id,
        speaker_id=speaker_id,
        before=before or {},
        after=after or {},
        target=target,
        request_key=request_key or None,
    )


def record_upload(article: Article, *, by: User) -> None:
    """Write the first revision of an article: in one stored just now nothing is left to decide yet."""
    after = {"text_sha256": article.text_sha256}
    Revision.objects.create(verb="upload", actor=by, article_id=article.pk, after=after)


def record_drafts(
    after: Mapping[Article, dict[str, Any]], undecided: Mapping[Article, Collection[float] | None]
) -> None:
    """Write a revision of the pipeline's for each article, behind its numbers and the words of its claims.

    `undecided` are the confidences of the claims in it, where all of them were stored just now, else None.
    """
    keep_work_left(undecided)
    Revision.objects.bulk_create(
        Revision(verb="pre-annotate", article_id=article.pk, after=state) for article, state in after.items()
    )


def record_forgotten(speakers: State) -> None:
    """Write down what speakers were whom nothing needs any more: another article's undo may need them."""
    Revision.objects.bulk_create(
        Revision(
            verb=FORGET_SPEAKER,
            speaker_id=int(key.partition(":")[2]),
            before={key: fields},
            after={key: None},
        )
        for key, fields in speakers.items()
    )


def speakers_by_id(ids: Iterable[int]) -> State:
    """Return the state of the speakers, those that are there."""
    rows = Speaker.objects.filter(pk__in=set(ids)).prefetch_related("aliases", "attributes")
    return {f"speaker:{speaker.pk}": speaker_state(speaker) for speaker in rows}


def state_of(
    *,
    article: Article,
    claim_ids: Iterable[int] = (),
    speaker_ids: Iterable[int] = (),
    alias_ids: Iterable[int] = (),
) -> State:
    """Return the state of the article and of these claims, speakers and aliases, read from the database."""
    claim_ids, speaker_ids, alias_ids = set(claim_ids), set(speaker_ids), set(alias_ids)
    state: State = {f"article:{article.pk}": {"state": article.state}}
    state |= {f"claim:{pk}": None for pk in claim_ids}
    state |= {f"speaker:{pk}": None for pk in speaker_ids}
    state |= {f"alias:{pk}": None for pk in alias_ids}
    state |= {f"claim:{pk}": claim_state(claim) for pk, claim in claims_with_spans(claim_ids).items()}
    for speaker in Speaker.objects.filter(pk__in=speaker_ids).prefetch_related("aliases", "attributes"):
        state[f"speaker:{speaker.pk}"] = speaker_state(speaker)
    for alias in Alias.objects.filter(pk__in=alias_ids):
        state[f"alias:{alias.pk}"] = alias_state(alias)
    return state


def claims_with_spans(ids: Iterable[int]) -> dict[int, Claim]:
    """Return the claims by id, read with their spans, those that are there."""
    return {claim.pk: claim for claim in Claim.objects.filter(pk__in=set(ids)).prefetch_related("spans")}


def claim_state(claim: Claim) -> dict[str, Any]:
    """Return the fields and spans of a claim; its version is not part of them, since it only ever grows."""
    state = {field: getattr(claim, field) for field in CLAIM_FIELDS}
    for field in CLAIM_MOMENTS:
        moment = getattr(claim, field)
        state[field] = moment.isoformat() if moment else None
    state["spans"] = spans_state(claim)
    return state


def spans_state(claim: Claim) -> dict[str, list[list[int]]]:
    """Return the claim's spans under each role, in order; as lists, as JSON brings them back."""
    return {role: [list(span) for span in spans] for role, spans in spans_by_role(claim).items()}


def spans_by_role(claim: Claim) -> dict[str, list[tuple[int, int]]]:
    """Return the claim's spans as (start, end) under each role, in order."""
    spans: dict[str, list[tuple[int, int]]] = {role.value: [] for role in SpanRole}
    for span in sorted(claim.spans.all(), key=_role_and_position):
        spans[span.role].append((span.start, span.end))
    return spans


def speaker_state(speaker: Speaker) -> dict[str, Any]:
    """Return the fields, aliases and answers in the desk's own fields of a speaker."""
    state = {field: getattr(speaker, field) for field in SPEAKER_FIELDS}
    state["created_at"] = speaker.created_at.isoformat()
    state["aliases"] = sorted([alias.text, alias.normalised] for alias in speaker.aliases.all())
    answers = speaker.attributes.all()
    state["attributes"] = sorted([answer.field_id, answer.value, answer.is_declined] for answer in answers)
    return state


def alias_state(alias: Alias) -> dict[str, Any]:
    """Return the fields of one alias."""
    return {field: getattr(alias, field) for field in ALIAS_FIELDS}


def sentence_at(article: Article, start: int) -> Sentence | None:
    """Return the last sentence that starts at or before the offset: the first that a claim there touches."""
    return article.sentences.filter(start__lte=start).order_by("-start").first()


def write_spans(claim: Claim, role: SpanRole, spans: Iterable[tuple[int, int]]) -> None:
    """Replace the claim's spans of one role, numbering them in the order given."""
    claim.spans.filter(role=role).delete()
    ClaimSpan.objects.bulk_create(
        ClaimSpan(
            article_id=claim.article_id,
            claim=claim,
            role=role.value,
            position=position,
            start=start,
            end=end,
        )
        for position, (start, end) in enumerate(spans)
    )


def _number_the_speakers(article: Article | None, before: State, after: State) -> None:
    changed = [
        (_speaker_id(before.get(key)), _speaker_id(fields))
        for key, fields in after.items()
        if key.startswith("claim:") and _speaker_id(before.get(key)) != _speaker_id(fields)
    ]
    if not changed:
        return
    if article is not None:
        numbering.number_speakers(article_id=article.pk, speaker_ids=[new for _, new in changed if new])
        return
    # A merge or its undo: who takes claims over may have no number, and neither may who gave them back.
    both = dict.fromkeys(pk for pair in changed for pk in pair if pk)
    numbering.number_in_every_article(speaker_ids=both)


def _speaker_id(fields: dict[str, Any] | None) -> int | None:
    return fields.get("speaker_id") if fields else None


def current_speaker_id(pk: int | None) -> int | None:
    """Return the id of the speaker who has taken over from `pk` by a merge, or `pk` itself.

    None where that speaker is there no more.
    """
    if pk is None:
        return None
    found = Speaker.objects.filter(pk=pk).values_list("merged_into_id", flat=True)[:1]
    return next((merged_into or pk for merged_into in found), None)


def _role_and_position(span: ClaimSpan) -> tuple[str, int]:
    return span.role, span.position
