"""Moving what belongs to one speaker to another, and writing down each row that moved.

A merge and a split are lists of such moves; see docs/decisions/40-a-merge-is-a-list-of-moves.md. The list has
each row's fields before and after, under "kind:id", and nothing else, so that taking it back touches only
what is still where it was put.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet

from annotations.domain import history
from annotations.domain.locks import chunks, hold_articles_of
from annotations.domain.speakers import keep_name_as_alias
from annotations.models import Alias, Candidate, Claim, Mention, Revision, Speaker

Fields = dict[str, Any]


class CannotUndo(Exception):
    """The merge or split can't be taken back; the text says why, for the person."""


@dataclass(slots=True)
class Moves:
    """What is being moved: each row's fields before and after, and the claims that are touched."""

    before: dict[str, Fields | None] = field(default_factory=dict)
    after: dict[str, Fields | None] = field(default_factory=dict)
    claim_ids: set[int] = field(default_factory=set)

    def note(self, kind: str, pk: int, before: Fields | None, after: Fields | None) -> None:
        """Write one row down."""
        self.before[f"{kind}:{pk}"] = before
        self.after[f"{kind}:{pk}"] = after

    def move(self, rows: QuerySet[Any], kind: str, column: str, source: Speaker, target: Speaker) -> None:
        """Point the rows, which point to `source`, to `target`, and note each."""
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if kind == "claim":
            self.claim_ids.update(ids)
        for pk in ids:
            self.note(kind, pk, {column: source.pk}, {column: target.pk})
        for chunk in chunks(ids):
            rows.model.objects.filter(pk__in=chunk).update(**{column: target.pk})

    def move_aliases(self, aliases: QuerySet[Alias], target: Speaker) -> None:
        """Point the aliases to `target`, and note each whole: its form tells it apart if its row is new."""
        for alias in aliases.select_for_update().order_by("pk"):
            before = history.alias_state(alias)
            self.note("alias", alias.pk, before, {**before, "speaker_id": target.pk})
            Alias.objects.filter(pk=alias.pk).update(speaker=target)

    def move_candidates(self, rows: QuerySet[Candidate], source: Speaker, target: Speaker) -> None:
        """Make the target a candidate where the source is one; where both are, the better place stays."""
        both = Candidate.objects.filter(speaker=target, claim__candidates__speaker=source)
        theirs = {candidate.claim_id: candidate for candidate in both}
        moved, twice = [], []
        for candidate in rows.order_by("pk"):
            before = _candidate_fields(candidate)
            other = theirs.get(candidate.claim_id)
            if other is None:
                moved.append(candidate.pk)
                self.note("candidate", candidate.pk, before, {**before, "speaker_id": target.pk})
                continue
            twice.append(candidate.pk)
            self.note("candidate", candidate.pk, before, None)
            if candidate.position < other.position:
                there = _candidate_fields(other)
                self.note("candidate", other.pk, there, {**there, "position": candidate.position})
                Candidate.objects.filter(pk=other.pk).update(position=candidate.position)
        for chunk in chunks(twice):
            Candidate.objects.filter(pk__in=chunk).delete()
        for chunk in chunks(moved):
            Candidate.objects.filter(pk__in=chunk).update(speaker=target)

    def give_back(self, done: Revision, kind: str, column: str, holder: Speaker, owner: Speaker) -> None:
        """Point the rows that `done` moved, and that `holder` still has, back to `owner`."""
        model = {"claim": Claim, "mention": Mention, "speaker": Speaker}[kind]
        for chunk in chunks(ids_in(done, kind)):
            rows = model._default_manager.filter(pk__in=chunk, **{column: holder})
            self.move(rows, kind, column, holder, owner)

    def give_back_aliases(self, done: Revision, holders: Iterable[Speaker], owner: Speaker) -> None:
        """Point the aliases that `done` moved back to `owner`, unless it has them otherwise by now."""
        own = owner.aliases.values("normalised")
        for holder in dict.fromkeys(holders):
            mine = holder.aliases.filter(pk__in=ids_in(done, "alias")).exclude(normalised__in=own)
            self.move_aliases(mine, owner)

    def keep_names(self, *speakers: Speaker) -> None:
        """Make sure that each speaker has its own name among its aliases."""
        for speaker in speakers:
            if alias := keep_name_as_alias(speaker):
                self.note("alias", alias.pk, None, history.alias_state(alias))

    def give_back_candidates(
        self, done: Revision, holder: Speaker, owner: Speaker, *, was: Speaker | None = None
    ) -> None:
        """Make the owner a candidate again on the claims that are still there.

        `was` is the speaker whom the revision names where it lives on in the owner by now.
        """
        was = was or owner
        for chunk in chunks(rows_in(done, "candidate")):
            stored = Candidate.objects.in_bulk([pk for pk, _, _ in chunk])
            claims = Claim.objects.filter(pk__in=[before["claim_id"] for _, before, _ in chunk])
            there = set(claims.values_list("pk", flat=True))
            changed: list[Candidate] = []
            back: list[Candidate] = []
            for pk, before, after in chunk:
                now = _candidate_fields(stored[pk]) if pk in stored else None
                if before["speaker_id"] == was.pk:
                    before = {**before, "speaker_id": owner.pk}
                then = _candidate_again(now, before, after, holder, owner)
                if then is None or before["claim_id"] not in there:
                    continue
                (back if now is None else changed).append(Candidate(pk=pk, **then))
                self.note("candidate", pk, now, then)
                self.claim_ids.add(before["claim_id"])
            Candidate.objects.bulk_update(changed, ["speaker", "position"])
            # A hint that got in the way since is no reason to refuse the undo.
            Candidate.objects.bulk_create(back, ignore_conflicts=True)

    def finish(self, *speakers: Speaker) -> None:
        """Make every form that shows a touched claim stale, and have the speakers' names compared anew."""
        for chunk in chunks(sorted(self.claim_ids)):
            Claim.objects.filter(pk__in=chunk).update(version=F("version") + 1)
        Alias.objects.filter(speaker__in=speakers).update(is_compared=False)


def hold_articles_moved_in(done: Revision) -> None:
    """Lock the articles of the claims that a merge or split touched."""
    touched = set(ids_in(done, "claim"))
    for _, before, after in rows_in(done, "candidate"):
        touched |= {fields["claim_id"] for fields in (before, after) if fields}
    hold_articles_of(*(Claim.objects.filter(pk__in=chunk) for chunk in chunks(sorted(touched))))


def rows_in(done: Revision, kind: str) -> list[tuple[int, Fields, Fields | None]]:
    """Return id, fields before and fields after of each row of that kind that a merge or split moved."""
    prefix = f"{kind}:"
    return [
        (int(key.removeprefix(prefix)), before, done.after[key])
        for key, before in done.before.items()
        if key.startswith(prefix) and before is not None
    ]


def ids_in(done: Revision, kind: str) -> list[int]:
    """Return the ids of the rows of that kind that a merge or split moved."""
    return [pk for pk, _, _ in rows_in(done, kind)]


def _candidate_again(
    now: Fields | None, before: Fields, after: Fields | None, holder: Speaker, owner: Speaker
) -> Fields | None:
    """Return what a candidate becomes when a move is taken back, None where it is to be left alone.

    A row that is gone was the second of two on its claim, in this move or in a later one; it comes back
    under its own id. One that stayed with the holder only gets back its place, unless that was changed since.
    """
    was_the_owners = before["speaker_id"] == owner.pk
    if now is None:
        return before if was_the_owners else None
    if now["speaker_id"] != holder.pk:
        return None
    is_where_it_was_put = after is not None and now["position"] == after["position"]
    return {
        "claim_id": before["claim_id"],
        "speaker_id": owner.pk if was_the_owners else holder.pk,
        "position": before["position"] if is_where_it_was_put else now["position"],
    }


def _candidate_fields(candidate: Candidate) -> Fields:
    return {
        "claim_id": candidate.claim_id,
        "speaker_id": candidate.speaker_id,
        "position": candidate.position,
    }
