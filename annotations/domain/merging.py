"""Merging speakers into one, and taking a merge back.

The source stays as a redirect to the target. Its claims, mentions and candidacies move, and those of its
aliases that the target has not; an alias both have stays with the redirect, where nothing looks for it.
`Claim.suggested_speaker` stays as the pipeline said it and is followed through the redirect when it is shown.
The revision lists every row that moved, as it was before and after. Undo gives back those that are still
where the merge put them, and leaves alone what was decided otherwise since.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotations.domain import history
from annotations.domain.locks import held_speakers, hold_speakers_with_claims, hold_the_speakers
from annotations.domain.moves import CannotUndo, Moves, hold_articles_moved_in, rows_in
from annotations.models import Candidate, Claim, Mention, Revision, Speaker, User
from annotations.queries.speakers import MERGE_VERB


class CannotMerge(Exception):
    """The speakers can't be merged; the text says why, for the person."""


def merge_speakers(*, source: Speaker, target: Speaker, by: User) -> Revision:
    """Make `source` a redirect to `target` and move what belongs to it; return the revision, for undo.

    Each claim that is touched gets a new version. Speakers merged into the source earlier now lead to the
    target. Raises CannotMerge where the two are one or either was merged already.
    """
    return merge_all(sources=[source], target=target, by=by)[0]


@transaction.atomic
def merge_all(*, sources: Sequence[Speaker], target: Speaker, by: User) -> list[Revision]:
    """Merge each of the sources into the target, all or none; return their revisions, each undone by itself.

    Raises CannotMerge where one of them is the target or any was merged already.
    """
    source_ids = [source.pk for source in sources]
    if target.pk in source_ids:
        raise CannotMerge("A speaker can't be merged into itself. Choose another one.")
    belongs = Q(speaker__in=source_ids) | Q(candidates__speaker__in=source_ids)
    held = hold_speakers_with_claims(Claim.objects.filter(belongs), [*source_ids, target.pk])
    if len(held) < len({*source_ids, target.pk}):
        raise CannotMerge("One of the speakers was deleted meanwhile. Choose another one.")
    for speaker in held.values():
        if speaker.merged_into_id:
            raise CannotMerge(f"{speaker.name} was merged meanwhile. Look at the speaker again.")
    return [_merge(held[pk], held[target.pk], by) for pk in source_ids]


def _merge(source: Speaker, target: Speaker, by: User) -> Revision:
    belongs = Q(speaker=source) | Q(candidates__speaker=source)
    moves = Moves(claim_ids=set(Claim.objects.filter(belongs).values_list("pk", flat=True)))
    moves.move(Claim.objects.filter(speaker=source), "claim", "speaker_id", source, target)
    moves.move(Mention.objects.filter(speaker=source), "mention", "speaker_id", source, target)
    moves.move(Speaker.objects.filter(merged_into=source), "speaker", "merged_into_id", source, target)
    moves.move_candidates(Candidate.objects.filter(speaker=source), source, target)
    theirs = target.aliases.values("normalised")
    moves.move_aliases(source.aliases.exclude(normalised__in=theirs), target)
    moves.note("speaker", source.pk, {"merged_into_id": None}, {"merged_into_id": target.pk})
    Speaker.objects.filter(pk=source.pk).update(merged_into=target)
    moves.finish(target)
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
    hold_articles_moved_in(revision)
    hold_the_speakers()
    source, target, survivor = _parties(revision)
    moves = Moves()
    moves.note("speaker", source.pk, {"merged_into_id": survivor.pk}, {"merged_into_id": None})
    Speaker.objects.filter(pk=source.pk).update(merged_into=None)
    moves.give_back(revision, "claim", "speaker_id", survivor, source)
    moves.give_back(revision, "mention", "speaker_id", survivor, source)
    moves.give_back(revision, "speaker", "merged_into_id", survivor, source)
    moves.give_back_candidates(revision, survivor, source)
    moves.give_back_aliases(revision, (target, survivor), source)
    moves.keep_names(source, survivor)
    moves.finish(source, survivor)
    revision.undone_at = timezone.now()
    revision.save(update_fields=["undone_at"])
    return history.record(
        verb="undo", by=by, speaker_id=survivor.pk, before=moves.before, after=moves.after, target=revision
    )


def source_id(revision: Revision) -> int:
    """Return the id of the speaker that the merge made a redirect: the one that led nowhere before."""
    return next(pk for pk, row, _ in rows_in(revision, "speaker") if row["merged_into_id"] is None)


def _parties(revision: Revision) -> tuple[Speaker, Speaker, Speaker]:
    """Return the merge's source, its target, and the speaker in which the target lives on, mostly itself."""
    target_id = revision.speaker_id or 0
    held = held_speakers((source_id(revision), target_id))
    source, target = held.get(source_id(revision)), held.get(target_id)
    if source is None or target is None:
        raise CannotUndo("One of the two speakers was deleted since.")
    survivor = target.merged_into or target
    if source.merged_into_id != survivor.pk:
        raise CannotUndo(f"{source.name} is not merged into {survivor.name} any more.")
    return source, target, survivor
