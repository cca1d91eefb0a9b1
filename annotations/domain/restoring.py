"""Bringing claims, and the speakers and aliases that a step made, back to a state that a revision remembers.

A step that stored a draft brings what that left beside the claims along.

The caller holds the article. A row is changed, brought back under its own id, or deleted; what others did to
a speaker or an alias since stays as they left it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q

from annotations.choices import SpanRole
from annotations.domain import drafted, history, matching
from annotations.domain.history import State
from annotations.domain.locks import held_speakers, hold_living, hold_pairs_of_names, hold_the_speakers
from annotations.domain.speakers import delete_speakers
from annotations.models import Alias, Article, Candidate, Claim, Mention, Revision, Speaker, SpeakerAttribute
from annotations.names import normalise_name

Fields = dict[str, Any]


@dataclass(slots=True)
class Restoration:
    """A step under way back: `wanted` is the state to reach, `left` the one in which the step left its rows.

    Both have the same keys. `lives_on` says under which id each speaker that they name lives on after merges;
    one that is not there is missing. These speakers are held until the transaction ends.
    """

    article: Article
    wanted: State
    left: State
    lives_on: dict[int, int]

    @classmethod
    def of(cls, *, article: Article, wanted: State, left: State) -> "Restoration":
        """Hold the speakers and return the restoration."""
        if _ids("speaker", wanted) or drafted.key_of(article) in wanted:
            # One that the step made may go, or come back.
            hold_the_speakers()
        return cls(article, wanted, left, hold_living(_speakers_named(wanted) | _speakers_named(left)))

    def changed_since(self) -> list[str]:
        """Return the keys of the claims that are not as the step left them, in the order of the step.

        A merge is nobody's change of a claim. Speakers and aliases are not compared: that somebody took away
        the name which a correction taught, or needs the speaker that it made, is no reason to keep it.
        """
        keys = [key for key in self.left if key.startswith("claim:")]
        now = history.state_of(article=self.article, claim_ids=_ids("claim", keys))
        return [key for key in keys if self._comparable(now[key]) != self._comparable(self.left[key])]

    def has_newer_draft(self) -> bool:
        """Say whether the step stored a draft and another was stored since."""
        left = self.left.get(drafted.key_of(self.article))
        return left is not None and not drafted.is_as_left(self.article, left)

    def perform(self, *, leave: Iterable[str] = ()) -> tuple[State, State]:
        """Restore all but the claims of the keys in `leave`; return the state before and after.

        A speaker whom a claim needs and who was deleted meanwhile is brought back. One that the step made
        goes only where nothing needs it and nobody changed it.
        """
        skipped = set(leave)
        wanted = {key: fields for key, fields in self.wanted.items() if key not in skipped}
        wanted |= self._gone_but_needed(wanted)
        list(Alias.objects.select_for_update().filter(pk__in=_ids("alias", wanted)).order_by("pk"))
        hold_pairs_of_names(_ids("alias", (key for key, fields in wanted.items() if fields is None)))
        before = _state(self.article, wanted)
        for key, fields in wanted.items():
            if key.startswith("speaker:") and fields is not None and before[key] is None:
                _bring_back_speaker(_id(key), fields, leave=_own_rows(wanted, _id(key)))
                self.lives_on[_id(key)] = _id(key)
        for key, fields in wanted.items():
            if key.startswith("claim:"):
                self._restore_claim(_id(key), fields, before[key])
            elif key.startswith("alias:"):
                self._restore_alias(_id(key), fields)
        if (draft := wanted.get(drafted.key_of(self.article))) is not None:
            drafted.write(self.article, draft, lives_on=self.lives_on)
        for key, fields in wanted.items():
            is_as_left = before[key] == self.left.get(key)
            if key.startswith("speaker:") and fields is None and is_as_left:
                _delete_unneeded_speaker(_id(key))
        forgotten = self._forget_speakers() if draft is not None else {}
        return before | forgotten, _state(self.article, wanted) | dict.fromkeys(forgotten)

    def _forget_speakers(self) -> State:
        """Delete speakers of the draft that goes whom nothing needs any more; return their state.

        The step made some of them; others were made in an article that has let them go since.
        """
        return matching.forget(matching.unused(_speakers_named(self.left)))

    def _comparable(self, fields: Fields | None) -> Fields | None:
        """Return the fields of a claim with its speakers followed through merges."""
        if fields is None:
            return None
        followed = {name: self.lives_on.get(fields[name]) for name in ("speaker_id", "suggested_speaker_id")}
        return {**fields, **followed}

    def _gone_but_needed(self, wanted: State) -> State:
        """Return the state, as it was made or last was, of speakers who are not there and are wanted.

        A claim wants its speaker, a draft also whom its mentions and candidates are.
        """
        needed: set[int] = set()
        for key, fields in wanted.items():
            if fields is not None and key.startswith("claim:") and fields["speaker_id"]:
                needed.add(fields["speaker_id"])
            elif fields is not None and key.startswith("draft:"):
                needed |= drafted.speakers_needed(fields)
        missing = {pk for pk in needed - self.lives_on.keys() if f"speaker:{pk}" not in wanted}
        told = Revision.objects.filter(
            speaker_id__in=missing, verb__in=("create speaker", history.FORGET_SPEAKER)
        )
        found: State = {}
        for row in told.order_by("pk"):
            key = f"speaker:{row.speaker_id}"
            found[key] = row.after[key] or row.before[key]
        return found

    def _restore_claim(self, pk: int, fields: Fields | None, now: Fields | None) -> None:
        if fields is None:
            Claim.objects.filter(pk=pk).delete()
            return
        claim = Claim.objects.filter(pk=pk).first() or Claim(pk=pk, version=_version_above_all())
        for field in history.CLAIM_FIELDS:
            setattr(claim, field, fields[field])
        for field in history.CLAIM_MOMENTS:
            setattr(claim, field, datetime.fromisoformat(fields[field]) if fields[field] else None)
        claim.speaker_id = self.lives_on.get(fields["speaker_id"])
        # What the pipeline said stays as it said it, also where that speaker was merged since.
        if claim.suggested_speaker_id not in self.lives_on:
            claim.suggested_speaker_id = None
        claim.sentence = history.sentence_at(self.article, claim.start)
        claim.version += 1
        claim.save()
        for role in SpanRole:
            if now is None or now["spans"][role.value] != fields["spans"][role.value]:
                history.write_spans(claim, role, fields["spans"][role.value])

    def _restore_alias(self, pk: int, fields: Fields | None) -> None:
        """Bring an alias back or take it away, unless the speaker has it otherwise or is called by it now."""
        if fields is None:
            for alias in Alias.objects.filter(pk=pk).select_related("speaker"):
                if alias.normalised != normalise_name(alias.speaker.name):
                    alias.delete()
            return
        speaker_id = self.lives_on.get(fields["speaker_id"])
        there = Q(pk=pk) | Q(speaker=speaker_id, normalised=fields["normalised"])
        if speaker_id and not Alias.objects.filter(there).exists():
            Alias.objects.create(pk=pk, **{**fields, "speaker_id": speaker_id})


def _speakers_named(state: State) -> set[int]:
    """Return the ids of the speakers that the state holds or names in a claim, an alias or a draft."""
    named = _ids("speaker", state)
    for key, fields in state.items():
        if fields is not None and key.startswith("draft:"):
            named |= drafted.speakers_named(fields)
        elif fields is not None:
            ids = (fields.get(name) for name in ("speaker_id", "suggested_speaker_id"))
            named |= {pk for pk in ids if pk is not None}
    return named


def _state(article: Article, keys: Iterable[str]) -> State:
    keys = list(keys)
    state = history.state_of(
        article=article,
        claim_ids=_ids("claim", keys),
        speaker_ids=_ids("speaker", keys),
        alias_ids=_ids("alias", keys),
    )
    if drafted.key_of(article) in keys:
        state[drafted.key_of(article)] = drafted.state_of(article, _ids("claim", keys))
    return state


def _ids(noun: str, keys: Iterable[str]) -> set[int]:
    return {_id(key) for key in keys if key.startswith(f"{noun}:")}


def _id(key: str) -> int:
    return int(key.partition(":")[2])


def _version_above_all() -> int:
    """Return a version above any that a page may still show of any claim.

    Whatever raised a claim's version left a revision, so no version is above the number of revisions.
    """
    return (Revision.objects.aggregate(last=Max("pk"))["last"] or 0) + 1


def _own_rows(state: State, speaker_id: int) -> set[str]:
    """Return the aliases of a speaker that the state also holds one by one, under their own ids."""
    aliases = (fields for key, fields in state.items() if key.startswith("alias:") and fields is not None)
    return {fields["normalised"] for fields in aliases if fields["speaker_id"] == speaker_id}


def _bring_back_speaker(pk: int, fields: Fields, *, leave: set[str]) -> None:
    """Make a deleted speaker again with its aliases, but for those that are to `leave` to their own rows."""
    values = {field: fields[field] for field in history.SPEAKER_FIELDS}
    speaker = Speaker.objects.create(pk=pk, **values)
    Speaker.objects.filter(pk=pk).update(created_at=datetime.fromisoformat(fields["created_at"]))
    Alias.objects.bulk_create(
        Alias(speaker=speaker, text=text, normalised=normalised)
        for text, normalised in fields["aliases"]
        if normalised not in leave
    )
    SpeakerAttribute.objects.bulk_create(
        SpeakerAttribute(speaker=speaker, field_id=field_id, value=value, is_declined=is_declined)
        for field_id, value, is_declined in fields.get("attributes", ())
    )


def _delete_unneeded_speaker(pk: int) -> None:
    # Whoever points to it is done, or waits and finds it gone.
    held_speakers([pk])
    is_needed = (
        Claim.objects.filter(Q(speaker_id=pk) | Q(suggested_speaker_id=pk)).exists()
        or Candidate.objects.filter(speaker_id=pk).exists()
        or Mention.objects.filter(speaker_id=pk).exists()
        or Speaker.objects.filter(merged_into_id=pk).exists()
    )
    if is_needed:
        return
    if Speaker.objects.filter(pk=pk, created_by__isnull=True).exists():
        # Whom a person made has a revision that tells of it.
        matching.forget([pk])
    else:
        delete_speakers([pk])
