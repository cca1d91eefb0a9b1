"""Revisions: what was done, by whom, and the state before and after it.

A state is a mapping from "claim:12", "speaker:3", "alias:5" or "article:7" to the fields of that row, or to
None where there is no such row; spans are lists of [start, end] in code points. It is JSON, so that it can
be kept.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max, Q

from annotations.choices import SpanRole
from annotations.models import Alias, Article, Claim, ClaimSpan, Revision, Sentence, Speaker, User
from annotations.names import normalise_name

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
ALIAS_FIELDS = ("speaker_id", "text", "normalised")


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
    """Write one revision. `by` is None for the pipeline; `request_key` makes a repeated request findable."""
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
    for claim in Claim.objects.filter(pk__in=claim_ids).prefetch_related("spans"):
        state[f"claim:{claim.pk}"] = claim_state(claim)
    for speaker in Speaker.objects.filter(pk__in=speaker_ids).prefetch_related("aliases"):
        state[f"speaker:{speaker.pk}"] = speaker_state(speaker)
    for alias in Alias.objects.filter(pk__in=alias_ids):
        state[f"alias:{alias.pk}"] = alias_state(alias)
    return state


def claim_state(claim: Claim) -> dict[str, Any]:
    """Return the fields and spans of a claim; its version is not part of them, since it only ever grows."""
    state = {field: getattr(claim, field) for field in CLAIM_FIELDS}
    for field in CLAIM_MOMENTS:
        moment = getattr(claim, field)
        state[field] = moment.isoformat() if moment else None
    # Lists, as JSON brings them back.
    state["spans"] = {role: [list(span) for span in spans] for role, spans in spans_by_role(claim).items()}
    return state


def spans_by_role(claim: Claim) -> dict[str, list[tuple[int, int]]]:
    """Return the claim's spans as (start, end) under each role, in order."""
    spans: dict[str, list[tuple[int, int]]] = {role.value: [] for role in SpanRole}
    for span in sorted(claim.spans.all(), key=_role_and_position):
        spans[span.role].append((span.start, span.end))
    return spans


def speaker_state(speaker: Speaker) -> dict[str, Any]:
    """Return the fields and aliases of a speaker."""
    state = {field: getattr(speaker, field) for field in SPEAKER_FIELDS}
    state["created_at"] = speaker.created_at.isoformat()
    state["aliases"] = sorted([alias.text, alias.normalised] for alias in speaker.aliases.all())
    return state


def alias_state(alias: Alias) -> dict[str, Any]:
    """Return the fields of one alias."""
    return {field: getattr(alias, field) for field in ALIAS_FIELDS}


def restore(state: State) -> None:
    """Make the database hold `state`: rows are changed, brought back under their own id, or deleted.

    Speakers come first, since claims and aliases point to them; one is deleted only where nothing needs it.
    """
    for key, fields in sorted(state.items(), key=_speakers_first):
        noun, _, number = key.partition(":")
        pk = int(number)
        if noun == "article" and fields is not None:
            Article.objects.filter(pk=pk).update(**fields)
        elif noun == "claim":
            _restore_claim(pk, fields)
        elif noun == "speaker" and fields is not None:
            _restore_speaker(pk, fields, leave=_own_rows(state, pk))
        elif noun == "alias":
            _restore_alias(pk, fields)
    for key, fields in state.items():
        if key.startswith("speaker:") and fields is None:
            _delete_unneeded_speaker(int(key.partition(":")[2]))


def sentence_at(article: Article, start: int) -> Sentence | None:
    """Return the last sentence that starts at or before the offset: the first that a claim there touches."""
    return article.sentences.filter(start__lte=start).order_by("-start").first()


def write_spans(claim: Claim, role: SpanRole, spans: Iterable[tuple[int, int]]) -> None:
    """Replace the claim's spans of one role, numbering them in the order given."""
    claim.spans.filter(role=role).delete()
    ClaimSpan.objects.bulk_create(
        ClaimSpan(claim=claim, role=role.value, position=position, start=start, end=end)
        for position, (start, end) in enumerate(spans)
    )


def _restore_claim(pk: int, fields: dict[str, Any] | None) -> None:
    if fields is None:
        Claim.objects.filter(pk=pk).delete()
        return
    claim = Claim.objects.filter(pk=pk).first() or Claim(pk=pk, version=_version_above_all())
    for field in CLAIM_FIELDS:
        setattr(claim, field, fields[field])
    for field in CLAIM_MOMENTS:
        setattr(claim, field, datetime.fromisoformat(fields[field]) if fields[field] else None)
    claim.speaker_id = current_speaker_id(claim.speaker_id)
    # What the pipeline said stays as it said it, also where that speaker was merged since.
    if claim.suggested_speaker_id and not Speaker.objects.filter(pk=claim.suggested_speaker_id).exists():
        claim.suggested_speaker_id = None
    claim.sentence = sentence_at(claim.article, claim.start)
    claim.version += 1
    claim.save()
    for role in SpanRole:
        write_spans(claim, role, fields["spans"][role.value])


def _version_above_all() -> int:
    """Return a version above any that a page may still show of any claim.

    Whatever raised a claim's version left a revision, so no version is above the number of revisions.
    """
    return (Revision.objects.aggregate(last=Max("pk"))["last"] or 0) + 1


def current_speaker_id(pk: int | None) -> int | None:
    """Return the id of the speaker who has taken over from `pk` by a merge, or `pk` itself.

    None where that speaker is there no more.
    """
    if pk is None:
        return None
    found = Speaker.objects.filter(pk=pk).values_list("merged_into_id", flat=True)[:1]
    return next((merged_into or pk for merged_into in found), None)


def _own_rows(state: State, speaker_id: int) -> set[str]:
    """Return the aliases of a speaker that the state also holds one by one, under their own ids."""
    aliases = (fields for key, fields in state.items() if key.startswith("alias:") and fields is not None)
    return {fields["normalised"] for fields in aliases if fields["speaker_id"] == speaker_id}


def _restore_speaker(pk: int, fields: dict[str, Any], *, leave: set[str]) -> None:
    """Restore a speaker with its aliases, but for those that are to `leave` to their own rows."""
    values = {field: fields[field] for field in SPEAKER_FIELDS}
    speaker, _ = Speaker.objects.update_or_create(pk=pk, defaults=values)
    Speaker.objects.filter(pk=pk).update(created_at=datetime.fromisoformat(fields["created_at"]))
    speaker.aliases.all().delete()
    Alias.objects.bulk_create(
        Alias(speaker=speaker, text=text, normalised=normalised)
        for text, normalised in fields["aliases"]
        if normalised not in leave
    )


def _restore_alias(pk: int, fields: dict[str, Any] | None) -> None:
    """Bring an alias back or take it away, unless the speaker has it otherwise by now or is called by it."""
    if fields is None:
        for alias in Alias.objects.filter(pk=pk).select_related("speaker"):
            if alias.normalised != normalise_name(alias.speaker.name):
                alias.delete()
        return
    speaker_id = current_speaker_id(fields["speaker_id"])
    if speaker_id and not Alias.objects.filter(
        Q(pk=pk) | Q(speaker=speaker_id, normalised=fields["normalised"])
    ):
        Alias.objects.create(pk=pk, **{**fields, "speaker_id": speaker_id})


def _delete_unneeded_speaker(pk: int) -> None:
    needed = (
        Claim.objects.filter(speaker_id=pk).exists()
        or Claim.objects.filter(suggested_speaker_id=pk).exists()
        or Speaker.objects.filter(merged_into_id=pk).exists()
    )
    if not needed:
        Speaker.objects.filter(pk=pk).delete()


def _role_and_position(span: ClaimSpan) -> tuple[str, int]:
    return span.role, span.position


def _speakers_first(item: tuple[str, dict[str, Any] | None]) -> tuple[bool, str]:
    return not item[0].startswith("speaker:"), item[0]
