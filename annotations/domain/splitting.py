"""Splitting a speaker that is two, and taking a split back: a merge the other way round, by the same moves.

What an editor chooses of the claims and names goes to another speaker. Mentions go with the claims: all of an
article where the speaker keeps no claim there, else those in the sources of the claims that go.
"""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from annotations.choices import ClaimOrigin, ClaimState, SpanRole, SpeakerKind
from annotations.domain import history, speakers
from annotations.domain.locks import chunks, held_speakers, hold_articles_of, hold_the_speakers
from annotations.domain.moves import CannotUndo, Moves, hold_articles_moved_in, ids_in, rows_in
from annotations.models import Alias, Candidate, Claim, ClaimSpan, Mention, Revision, Speaker, User
from annotations.names import normalise_name
from annotations.queries.speakers import SPLIT_VERB

# Who took over is written down as a row of its own: where only a name goes, no other row may tell.
TAKER = "taker"


class CannotSplit(Exception):
    """The speaker can't be split so; the text says why, for the person."""


@transaction.atomic
def split_speaker(
    *, speaker: Speaker, claim_ids: Collection[int], alias_ids: Collection[int], to: Speaker | str, by: User
) -> Revision:
    """Give some of a speaker's claims and names to another, `to`, or to a new one of that name.

    Each claim that goes gets a new version; one that was accepted as the pipeline suggested it counts as
    corrected. Raises CannotSplit and UnusableName.
    """
    if not claim_ids and not alias_ids:
        raise CannotSplit("Choose at least one claim or name that goes to the other speaker.")
    chosen = sorted(claim_ids)
    hold_articles_of(*(Claim.objects.filter(pk__in=some) for some in chunks(chosen)))
    hold_the_speakers()
    held = held_speakers([speaker.pk, *([to.pk] if isinstance(to, Speaker) else [])])
    source = held[speaker.pk]
    _check(source, chosen, alias_ids, held.values())
    moves = Moves()
    target = _target(source, to, held, moves, by)
    moves.note(TAKER, target.pk, {}, {})
    mention_ids = _mentions_that_go(source, chosen)
    for some in chunks(chosen):
        _move_claims(some, source, target, moves)
        rows = Candidate.objects.filter(speaker=source, claim__in=some)
        moves.move_candidates(rows, source, target)
    for some in chunks(mention_ids):
        moves.move(Mention.objects.filter(pk__in=some), "mention", "speaker_id", source, target)
    _move_names(source.aliases.filter(pk__in=alias_ids), target, moves)
    moves.finish(source, target)
    return history.record(
        verb=SPLIT_VERB, by=by, speaker_id=source.pk, before=moves.before, after=moves.after
    )


@transaction.atomic
def undo_split(*, revision: Revision, by: User) -> Revision:
    """Take a split back; return the revision of that, which lists what was given back.

    What was given to third speakers since stays with them. A speaker that the split made goes where nothing
    needs it any more. Raises CannotUndo where the two are one by now.
    """
    revision = Revision.objects.select_for_update().get(pk=revision.pk)
    if revision.verb != SPLIT_VERB or revision.undone_at:
        raise CannotUndo("This split was taken back already.")
    hold_articles_moved_in(revision)
    hold_the_speakers()
    was, taker = _parties(revision)
    owner, holder = was.merged_into or was, taker.merged_into or taker
    if owner == holder:
        raise CannotUndo(f"{was.name} and {taker.name} are one entry by now. Undo that merge first.")
    moves = Moves()
    _give_back_claims(revision, holder, owner, moves)
    moves.give_back(revision, "mention", "speaker_id", holder, owner)
    moves.give_back_candidates(revision, holder, owner, was=was)
    moves.give_back_aliases(revision, (taker, holder), owner)
    _give_back_names(revision, owner, moves)
    moves.keep_names(owner, holder)
    moves.finish(owner, holder)
    _delete_where_unneeded(revision, taker, moves)
    revision.undone_at = timezone.now()
    revision.save(update_fields=["undone_at"])
    return history.record(
        verb="undo", by=by, speaker_id=owner.pk, before=moves.before, after=moves.after, target=revision
    )


def taker_id(revision: Revision) -> int:
    """Return the id of the speaker who took over what a split moved."""
    return ids_in(revision, TAKER)[0]


def _check(
    source: Speaker, claim_ids: list[int], alias_ids: Collection[int], held: Iterable[Speaker]
) -> None:
    for speaker in held:
        if speaker.merged_into_id:
            raise CannotSplit(f"{speaker.name} was merged meanwhile. Look at the speaker again.")
    there = sum(Claim.objects.filter(pk__in=some, speaker=source).count() for some in chunks(claim_ids))
    if there != len(claim_ids):
        raise CannotSplit("Some of these claims were given to somebody else meanwhile. Look again.")
    if source.aliases.filter(pk__in=alias_ids, normalised=normalise_name(source.name)).exists():
        raise CannotSplit(f"{source.name} keeps its own name. Rename the speaker first.")


def _target(source: Speaker, to: Speaker | str, held: dict[int, Speaker], moves: Moves, by: User) -> Speaker:
    if isinstance(to, Speaker):
        if to == source:
            raise CannotSplit("A speaker can't be split into itself. Choose another one.")
        if to.pk not in held:
            raise CannotSplit(f"{to.name} was deleted meanwhile. Choose another one.")
        return held[to.pk]
    made = speakers.create_speaker(name=to, kind=SpeakerKind(source.kind), by=by)
    # That it was made here is all: its own revision has it whole, and what moves is noted row by row.
    moves.note("speaker", made.pk, None, {"merged_into_id": None})
    return made


def _move_claims(claim_ids: Collection[int], source: Speaker, target: Speaker, moves: Moves) -> None:
    """Move the claims; what was accepted as suggested is a correction now, unless the target was that."""
    claims = Claim.objects.filter(pk__in=claim_ids)
    moves.move(claims, "claim", "speaker_id", source, target)
    suggested = Q(suggested_speaker=target) | Q(suggested_speaker__merged_into=target)
    corrected = claims.filter(origin=ClaimOrigin.PIPELINE, state=ClaimState.ACCEPTED).exclude(suggested)
    ids = list(corrected.values_list("pk", flat=True))
    before = {"state": ClaimState.ACCEPTED.value, "is_changed": False}
    after = {"state": ClaimState.CORRECTED.value, "is_changed": True}
    for pk in ids:
        moves.note("claim", pk, {"speaker_id": source.pk, **before}, {"speaker_id": target.pk, **after})
    Claim.objects.filter(pk__in=ids).update(**after)


def _give_back_claims(done: Revision, holder: Speaker, owner: Speaker, moves: Moves) -> None:
    """Give back the claims that the holder still has, with their state where that is as the split left it."""
    for chunk in chunks(rows_in(done, "claim")):
        stored = Claim.objects.filter(speaker=holder).in_bulk([pk for pk, _, _ in chunk])
        for pk, before, after in chunk:
            if pk not in stored or after is None:
                continue
            now = {name: getattr(stored[pk], name) for name in after.keys() - {"speaker_id"}}
            is_as_left = now == {name: after[name] for name in now}
            then = {name: before[name] for name in now} if is_as_left else now
            moves.note("claim", pk, {"speaker_id": holder.pk, **now}, {"speaker_id": owner.pk, **then})
            moves.claim_ids.add(pk)
            Claim.objects.filter(pk=pk).update(speaker=owner, **then)


def _mentions_that_go(source: Speaker, claim_ids: Collection[int]) -> list[int]:
    """Return the ids of the speaker's mentions that go with the claims."""
    going: set[int] = set()
    mentions = Mention.objects.filter(speaker=source)
    articles: set[int] = set()
    for some in chunks(sorted(claim_ids)):
        articles |= set(Claim.objects.filter(pk__in=some).values_list("article_id", flat=True))
        sources = ClaimSpan.objects.filter(
            claim__in=some,
            role=SpanRole.SOURCE,
            claim__article=OuterRef("article"),
            start__lt=OuterRef("end"),
            end__gt=OuterRef("start"),
        )
        going |= set(mentions.filter(Exists(sources)).values_list("pk", flat=True))
    stays = Claim.objects.filter(speaker=source).exclude(pk__in=claim_ids)
    left = articles - set(stays.values_list("article_id", flat=True))
    for some in chunks(sorted(left)):
        going |= set(mentions.filter(article__in=some).values_list("pk", flat=True))
    return sorted(going)


def _move_names(aliases: QuerySet[Alias], target: Speaker, moves: Moves) -> None:
    """Move the names; one that the target has already only goes."""
    theirs = set(target.aliases.values_list("normalised", flat=True))
    going = []
    for alias in aliases.select_for_update().order_by("pk"):
        if alias.normalised in theirs:
            moves.note("alias", alias.pk, history.alias_state(alias), None)
            going.append(alias.pk)
    speakers.delete_names(going)
    moves.move_aliases(aliases, target)


def _give_back_names(done: Revision, owner: Speaker, moves: Moves) -> None:
    """Bring back the names that only went, where the owner has them not otherwise by now."""
    for pk, before, after in rows_in(done, "alias"):
        there = Q(pk=pk) | Q(speaker=owner, normalised=before["normalised"])
        if after is None and not Alias.objects.filter(there).exists():
            alias = Alias.objects.create(pk=pk, **{**before, "speaker_id": owner.pk})
            moves.note("alias", pk, None, history.alias_state(alias))


def _parties(revision: Revision) -> tuple[Speaker, Speaker]:
    """Return the speaker that was split and the one that took over, as they are now."""
    held = held_speakers((revision.speaker_id or 0, taker_id(revision)))
    was, taker = held.get(revision.speaker_id or 0), held.get(taker_id(revision))
    if was is None or taker is None:
        raise CannotUndo("One of the two speakers was deleted since.")
    return was, taker


def _delete_where_unneeded(revision: Revision, taker: Speaker, moves: Moves) -> None:
    """Delete the speaker that the split made, unless somebody needs it or did anything with it."""
    made = f"speaker:{taker.pk}"
    if made not in revision.before or taker.merged_into_id:
        return
    is_needed = (
        Claim.objects.filter(Q(speaker=taker) | Q(suggested_speaker=taker)).exists()
        or Mention.objects.filter(speaker=taker).exists()
        or Candidate.objects.filter(speaker=taker).exists()
        or Speaker.objects.filter(merged_into=taker).exists()
        or Revision.objects.filter(speaker_id=taker.pk).exclude(verb="create speaker").exists()
    )
    if not is_needed:
        moves.note("speaker", taker.pk, history.speaker_state(taker), None)
        speakers.delete_speakers([taker.pk])
