"""Speakers that may be one: the search over the desk, and the answer that two are not the same."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from annotations.choices import SpeakerKind
from annotations.domain import history
from annotations.domain.figures import weigh_pairs
from annotations.domain.locks import chunks, hold_living, hold_pairs
from annotations.models import Alias, KeptApart, LikelyDuplicate, Revision, Speaker, User
from annotations.names import normalise_name
from annotations.nlp.likely_pairs import likely_pairs
from annotations.nlp.likeness import Form
from annotations.queries.duplicates import KEEP_APART_VERB, are_kept_apart


class CannotKeepApart(Exception):
    """The two are one entry by now, or one of them is gone; the text says so, for the person."""


class Seen(NamedTuple):
    """What a name was compared as."""

    owner: int
    text: str
    kind: str
    owner_name: str


def compare_names() -> int:
    """Compare the names that are new, or that moved, with all others; return how many they were.

    What is found is a guess that anybody may make again, so it leaves no revision. The names are read and
    compared outside of a transaction, which at tens of thousands of them would hold the desk up for seconds;
    whose names were compared is noted last, so that a search that is broken off is made again.
    """
    fresh = _seen(Alias.objects.filter(is_compared=False))
    if not fresh:
        return 0
    forms = _forms()
    owners = {form.owner for form in forms if form.pk in fresh}
    pairs = [
        LikelyDuplicate(
            one_id=pair.one.owner,
            other_id=pair.other.owner,
            one_alias_id=pair.one.pk,
            other_alias_id=pair.other.pk,
            likeness=pair.likeness.value,
            is_strong=pair.is_strong,
        )
        for pair in likely_pairs(forms, of=owners)
    ]
    for some in chunks(sorted(owners)):
        _take_away(LikelyDuplicate.objects.filter(Q(one__in=some) | Q(other__in=some)))
    for together in chunks(pairs):
        _store(together)
    for names in chunks(sorted(fresh)):
        _note_compared({pk: fresh[pk] for pk in names})
    weigh_pairs()
    return len(fresh)


@transaction.atomic
def keep_apart(*, one: Speaker, other: Speaker, by: User) -> KeptApart:
    """Remember that the two are not the same, so that nobody is asked again; asked twice it is one answer.

    Raises CannotKeepApart where they are one entry or one was deleted.
    """
    lives_on = hold_living([one.pk, other.pk])
    if len({one.pk, other.pk} & lives_on.keys()) < 2:
        raise CannotKeepApart("One of the two was deleted meanwhile.")
    living = Speaker.objects.in_bulk({lives_on[one.pk], lives_on[other.pk]})
    if len(living) == 1:
        (name,) = (speaker.name for speaker in living.values())
        raise CannotKeepApart(f"{name} is one entry by now. Undo the merge on its page first.")
    first, second = (living[pk] for pk in sorted(living))
    there = are_kept_apart(first, second)
    if there:
        return there
    kept = KeptApart.objects.create(one=first, other=second, by=by)
    history.record(
        verb=KEEP_APART_VERB,
        by=by,
        speaker_id=first.pk,
        before={f"kept apart:{kept.pk}": None},
        after={f"kept apart:{kept.pk}": _state(kept)},
    )
    return kept


@transaction.atomic
def undo_keep_apart(*, kept: KeptApart, by: User) -> None:
    """Take the answer back: the two may be shown as likely duplicates again. Done twice it is done once."""
    held = KeptApart.objects.select_for_update().filter(pk=kept.pk).first()
    if held is None:
        return
    key = f"kept apart:{held.pk}"
    steps = Revision.objects.filter(
        speaker_id=held.one_id, verb=KEEP_APART_VERB, undone_at__isnull=True, after__has_key=key
    )
    step = steps.order_by("-pk").first()
    if step:
        step.undone_at = timezone.now()
        step.save(update_fields=["undone_at"])
    before = _state(held)
    held.delete()
    history.record(
        verb="undo", by=by, speaker_id=held.one_id, before={key: before}, after={key: None}, target=step
    )


@transaction.atomic
def _take_away(pairs: QuerySet[LikelyDuplicate]) -> None:
    LikelyDuplicate.objects.filter(pk__in=hold_pairs(pairs)).delete()


@transaction.atomic
def _store(pairs: Sequence[LikelyDuplicate]) -> None:
    """Store those of the pairs of which nobody was merged or deleted, and no name taken away, meanwhile."""
    lives_on = hold_living({pk for pair in pairs for pk in (pair.one_id, pair.other_id)})
    living = [pk for pk, living_pk in lives_on.items() if pk == living_pk]
    compared = {pk for pair in pairs for pk in (pair.one_alias_id, pair.other_alias_id)}
    names = _held_names(Alias.objects.filter(speaker__in=living, pk__in=compared))
    there = [pair for pair in pairs if {pair.one_alias_id, pair.other_alias_id} <= names]
    # Another worker may have found the same meanwhile.
    LikelyDuplicate.objects.bulk_create(there, ignore_conflicts=True)


@transaction.atomic
def _note_compared(seen: Mapping[int, Seen]) -> None:
    """Note that these names were compared, but for those that are others or somebody else's meanwhile.

    Their speakers are held first, as by whoever moves names.
    """
    hold_living({name.owner for name in seen.values()})
    now = _seen(Alias.objects.filter(pk__in=_held_names(Alias.objects.filter(pk__in=seen))))
    same = [pk for pk, name in now.items() if name == seen[pk]]
    Alias.objects.filter(pk__in=same).update(is_compared=True)


def _held_names(names: QuerySet[Alias]) -> set[int]:
    """Lock the names, in order of id, and return those that are there.

    A correction takes back what an earlier one taught without holding whose name it was.
    """
    held = names.select_for_update(no_key=True).order_by("pk")
    return set(held.values_list("pk", flat=True))


def _seen(names: QuerySet[Alias]) -> dict[int, Seen]:
    rows = names.values_list("pk", "speaker_id", "text", "speaker__kind", "speaker__name")
    return {pk: Seen(owner, text, kind, owner_name) for pk, owner, text, kind, owner_name in rows}


def _forms() -> list[Form]:
    """Return the names of all that may be duplicates: those that are current and have names of their own."""
    rows = (
        Alias.objects.filter(speaker__merged_into__isnull=True)
        .exclude(speaker__kind=SpeakerKind.UNNAMED)
        .order_by("speaker_id", "pk")
        .values_list("pk", "speaker_id", "text", "normalised", "speaker__kind", "speaker__name")
    )
    return [
        Form(
            pk,
            owner,
            text,
            is_person=kind == SpeakerKind.PERSON,
            is_main=text == name or normalised == normalise_name(name),
        )
        for pk, owner, text, normalised, kind, name in rows.iterator(chunk_size=2000)
    ]


def _state(kept: KeptApart) -> dict[str, int]:
    return {"one_id": kept.one_id, "other_id": kept.other_id}
