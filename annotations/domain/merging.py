"""Merging two speakers into one, and taking a merge back.

The source stays as a redirect to the target. Its claims, mentions and candidacies move, and those of its
aliases that the target has not; an alias both have stays with the redirect, where nothing looks for it.
`Claim.suggested_speaker` stays as the pipeline said it and is followed through the redirect when it is shown.
The revision lists every row that moved, as it was before and after. Undo gives back those that are still
where the merge put them, and leaves alone what was decided otherwise since.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from annotations.domain import history
from annotations.domain.speakers import hold_the_speakers, keep_name_as_alias
from annotations.models import Article, Candidate, Claim, Mention, Revision, Speaker, User
from annotations.queries.speakers import MERGE_VERB

# Rows that one statement names; SQLite takes 32,766 values at most, and some builds fewer.
CHUNK = 500

Fields = dict[str, Any]
T = TypeVar("T")


class CannotMerge(Exception):
    """The two can't be merged; the text says why, for the person."""


class CannotUndo(Exception):
    """The merge can't be taken back; the text says why, for the person."""


@dataclass(slots=True)
class _Moves:
    """What a merge or its undo moved: each row's fields before and after, under "kind:id"."""

    before: dict[str, Fields | None] = field(default_factory=dict)
    after: dict[str, Fields | None] = field(default_factory=dict)
    claim_ids: set[int] = field(default_factory=set)

    def note(self, kind: str, pk: int, before: Fields | None, after: Fields | None) -> None:
        self.before[f"{kind}:{pk}"] = before
        self.after[f"{kind}:{pk}"] = after


@transaction.atomic
def merge_speakers(*, source: Speaker, target: Speaker, by: User) -> Revision:
    """Make `source` a redirect to `target` and move what belongs to it; return the revision, for undo.

    Each claim that is touched gets a new version. Speakers merged into the source earlier now lead to the
    target. Raises CannotMerge where the two are one or either was merged already.
    """
    if source.pk == target.pk:
        raise CannotMerge("A speaker can't be merged into itself. Choose another one.")
    belongs = Q(speaker_id=source.pk) | Q(candidates__speaker_id=source.pk)
    _hold_articles_of(Claim.objects.filter(belongs))
    hold_the_speakers()
    source, target = _held_speakers(source.pk, target.pk)
    # Again, for claims that others gave to the source while the locks were waited for.
    _hold_articles_of(Claim.objects.filter(belongs))
    for speaker in (source, target):
        if speaker.merged_into_id:
            raise CannotMerge(f"{speaker.name} was merged meanwhile. Look at the speaker again.")
    moves = _Moves(claim_ids=set(Claim.objects.filter(belongs).values_list("pk", flat=True)))
    _move(Claim.objects.filter(speaker=source), "claim", "speaker_id", source, target, moves)
    _move(Mention.objects.filter(speaker=source), "mention", "speaker_id", source, target, moves)
    _move(Speaker.objects.filter(merged_into=source), "speaker", "merged_into_id", source, target, moves)
    _move_candidates(source, target, moves)
    theirs = target.aliases.values("normalised")
    _move(source.aliases.exclude(normalised__in=theirs), "alias", "speaker_id", source, target, moves)
    moves.note("speaker", source.pk, {"merged_into_id": None}, {"merged_into_id": target.pk})
    Speaker.objects.filter(pk=source.pk).update(merged_into=target)
    _raise_versions(moves.claim_ids)
    return history.record(
        verb=MERGE_VERB, by=by, speaker_id=target.pk, before=moves.before, after=moves.after
    )


@transaction.atomic
def undo_merge(*, revision: Revision, by: User) -> Revision:
    """Take a merge back; return the revision of that, which lists what was given back.

    Where the target was merged further since, the rows are taken from where they are now. Raises CannotUndo.
    """
    revision = Revision.objects.select_for_update().get(pk=revision.pk)
    if revision.verb != MERGE_VERB or revision.undone_at:
        raise CannotUndo("This merge was taken back already.")
    claim_ids = _ids(revision, "claim") + [row["claim_id"] for _, row, _ in _rows(revision, "candidate")]
    _hold_articles_of(*(Claim.objects.filter(pk__in=chunk) for chunk in _chunks(sorted(set(claim_ids)))))
    hold_the_speakers()
    source, target, survivor = _parties(revision)
    moves = _Moves()
    moves.note("speaker", source.pk, {"merged_into_id": survivor.pk}, {"merged_into_id": None})
    Speaker.objects.filter(pk=source.pk).update(merged_into=None)
    for chunk in _chunks(_ids(revision, "claim")):
        claims = Claim.objects.filter(pk__in=chunk, speaker=survivor)
        moves.claim_ids.update(claims.values_list("pk", flat=True))
        _move(claims, "claim", "speaker_id", survivor, source, moves)
    for chunk in _chunks(_ids(revision, "mention")):
        mentions = Mention.objects.filter(pk__in=chunk, speaker=survivor)
        _move(mentions, "mention", "speaker_id", survivor, source, moves)
    redirects = Speaker.objects.filter(pk__in=_ids(revision, "speaker"), merged_into=survivor)
    _move(redirects, "speaker", "merged_into_id", survivor, source, moves)
    _give_back_candidates(revision, survivor, source, moves)
    own = source.aliases.values("normalised")
    for holder in dict.fromkeys((target, survivor)):
        aliases = holder.aliases.filter(pk__in=_ids(revision, "alias")).exclude(normalised__in=own)
        _move(aliases, "alias", "speaker_id", holder, source, moves)
    for speaker in (source, survivor):
        keep_name_as_alias(speaker)
    _raise_versions(moves.claim_ids)
    revision.undone_at = timezone.now()
    revision.save(update_fields=["undone_at"])
    return history.record(
        verb="undo", by=by, speaker_id=survivor.pk, before=moves.before, after=moves.after, target=revision
    )


def source_id(revision: Revision) -> int:
    """Return the id of the speaker that the merge made a redirect: the one that led nowhere before."""
    return next(pk for pk, row, _ in _rows(revision, "speaker") if row["merged_into_id"] is None)


def _hold_articles_of(*claims: QuerySet[Claim]) -> None:
    """Lock the claims' articles, which every verb on a claim holds; in order of id, so that none deadlock."""
    article_ids = {pk for some in claims for pk in some.values_list("article_id", flat=True)}
    for chunk in _chunks(sorted(article_ids)):
        list(Article.objects.select_for_update().filter(pk__in=chunk).order_by("pk").values_list("pk"))


def _held_speakers(one: int, other: int) -> tuple[Speaker, Speaker]:
    """Lock both speakers, in order of id, so that two merges of the same pair can't deadlock."""
    held = {
        speaker.pk: speaker
        for speaker in Speaker.objects.select_for_update().filter(pk__in=(one, other)).order_by("pk")
    }
    if len(held) < 2:
        raise CannotMerge("One of the two speakers was deleted meanwhile. Choose another one.")
    return held[one], held[other]


def _parties(revision: Revision) -> tuple[Speaker, Speaker, Speaker]:
    """Return the merge's source, its target, and the speaker in which the target lives on, mostly itself."""
    target_id = revision.speaker_id or 0
    parties = (source_id(revision), target_id)
    held = {row.pk: row for row in Speaker.objects.select_for_update().filter(pk__in=parties).order_by("pk")}
    source, target = held.get(source_id(revision)), held.get(target_id)
    if source is None or target is None:
        raise CannotUndo("One of the two speakers was deleted since.")
    survivor = target.merged_into or target
    if source.merged_into_id != survivor.pk:
        raise CannotUndo(f"{source.name} is not merged into {survivor.name} any more.")
    return source, target, survivor


def _move(
    rows: QuerySet[Any], kind: str, column: str, source: Speaker, target: Speaker, moves: _Moves
) -> None:
    """Point the rows to `target` where they point to `source`, and note each."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        moves.note(kind, pk, {column: source.pk}, {column: target.pk})
    for chunk in _chunks(ids):
        rows.model.objects.filter(pk__in=chunk).update(**{column: target.pk})


def _move_candidates(source: Speaker, target: Speaker, moves: _Moves) -> None:
    """Make the target a candidate where the source is one; where both are, the better place stays."""
    both = Candidate.objects.filter(speaker=target, claim__candidates__speaker=source)
    theirs = {candidate.claim_id: candidate for candidate in both}
    twice = []
    for candidate in Candidate.objects.filter(speaker=source).order_by("pk"):
        before = _candidate_fields(candidate)
        other = theirs.get(candidate.claim_id)
        if other is None:
            moves.note("candidate", candidate.pk, before, {**before, "speaker_id": target.pk})
            continue
        twice.append(candidate.pk)
        moves.note("candidate", candidate.pk, before, None)
        if candidate.position < other.position:
            there = _candidate_fields(other)
            moves.note("candidate", other.pk, there, {**there, "position": candidate.position})
            Candidate.objects.filter(pk=other.pk).update(position=candidate.position)
    for chunk in _chunks(twice):
        Candidate.objects.filter(pk__in=chunk).delete()
    Candidate.objects.filter(speaker=source).update(speaker=target)


def _give_back_candidates(revision: Revision, survivor: Speaker, source: Speaker, moves: _Moves) -> None:
    """Make the source a candidate again on the claims that are still there."""
    for chunk in _chunks(_rows(revision, "candidate")):
        stored = Candidate.objects.in_bulk([pk for pk, _, _ in chunk])
        claims = Claim.objects.filter(pk__in=[before["claim_id"] for _, before, _ in chunk])
        there = set(claims.values_list("pk", flat=True))
        changed: list[Candidate] = []
        back: list[Candidate] = []
        for pk, before, after in chunk:
            now = _candidate_fields(stored[pk]) if pk in stored else None
            then = _candidate_again(now, before, after, survivor, source)
            if then is None or before["claim_id"] not in there:
                continue
            (back if now is None else changed).append(Candidate(pk=pk, **then))
            moves.note("candidate", pk, now, then)
            moves.claim_ids.add(before["claim_id"])
        Candidate.objects.bulk_update(changed, ["speaker", "position"])
        # A hint that got in the way since is no reason to refuse the undo.
        Candidate.objects.bulk_create(back, ignore_conflicts=True)


def _candidate_again(
    now: Fields | None, before: Fields, after: Fields | None, survivor: Speaker, source: Speaker
) -> Fields | None:
    """Return what a candidate becomes when the merge is taken back, None where it is to be left alone.

    A row that is gone was the second of two on its claim, in this merge or in a later one; it comes back
    under its own id. One that stayed with the target only gets back its place, unless that was changed since.
    """
    was_the_sources = before["speaker_id"] == source.pk
    if now is None:
        return before if was_the_sources else None
    if now["speaker_id"] != survivor.pk:
        return None
    is_where_it_was_put = after is not None and now["position"] == after["position"]
    return {
        "claim_id": before["claim_id"],
        "speaker_id": source.pk if was_the_sources else survivor.pk,
        "position": before["position"] if is_where_it_was_put else now["position"],
    }


def _candidate_fields(candidate: Candidate) -> Fields:
    return {
        "claim_id": candidate.claim_id,
        "speaker_id": candidate.speaker_id,
        "position": candidate.position,
    }


def _raise_versions(claim_ids: Iterable[int]) -> None:
    """Make every form that shows one of the claims stale."""
    for chunk in _chunks(sorted(claim_ids)):
        Claim.objects.filter(pk__in=chunk).update(version=F("version") + 1)


def _rows(revision: Revision, kind: str) -> list[tuple[int, Fields, Fields | None]]:
    """Return id, fields before and fields after of each row of that kind in the revision of a merge."""
    prefix = f"{kind}:"
    return [
        (int(key.removeprefix(prefix)), before, revision.after[key])
        for key, before in revision.before.items()
        if key.startswith(prefix)
    ]


def _ids(revision: Revision, kind: str) -> list[int]:
    return [pk for pk, _, _ in _rows(revision, kind)]


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
