"""The verbs about single speakers: make and edit one, add and remove aliases. Merging is in merging.py."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction

from annotations.choices import Gender, GenderBasis, SpeakerKind
from annotations.domain import history
from annotations.domain.locks import hold_pairs_of_names, hold_pairs_of_speakers
from annotations.models import Alias, Revision, Speaker, SpeakerAttribute, SpeakerField, User
from annotations.names import normalise_name

NAME_LENGTH = 300


class UnusableName(ValueError):
    """The name holds no letter or digit, or more than 300 characters: write another."""


class AliasThere(Exception):
    """The speaker has this alias already, perhaps in another spelling; show the person `alias`."""

    def __init__(self, alias: Alias) -> None:
        super().__init__(alias.text)
        self.alias = alias


class AliasGone(Exception):
    """Somebody took the name away, or it went to another speaker with a merge or split meanwhile."""


class OwnName(Exception):
    """The speaker's own name stays among its aliases: rename the speaker first."""


class StaleSpeaker(Exception):
    """Somebody edited the speaker after the form was made; show the person `speaker` as it is now."""

    def __init__(self, speaker: Speaker) -> None:
        super().__init__(f"{speaker} was changed meanwhile")
        self.speaker = speaker


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known in one of the desk's own fields: a value, or that the speaker declined to say."""

    value: str = ""
    is_declined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerDetails:
    """What an editor says about a speaker.

    `answers` are those in the desk's own fields, by the field's id; where nobody asked there is none.
    """

    name: str
    kind: SpeakerKind
    role: str = ""
    gender: Gender = Gender.NOT_ASKED
    external_id: str = ""
    countable: bool = True
    answers: Mapping[int, Answer] = field(default_factory=dict)


@transaction.atomic
def create_speaker(*, name: str, by: User, kind: SpeakerKind = SpeakerKind.PERSON, role: str = "") -> Speaker:
    """Make a speaker whose one alias is its name. Raises UnusableName.

    Whether the desk knows somebody by that name already is for the caller to ask: two people may share one.
    """
    name = tidy_name(name)
    speaker = Speaker.objects.create(name=name, kind=kind.value, role=role, created_by=by)
    keep_name_as_alias(speaker)
    _record("create speaker", speaker, by, before=None)
    return speaker


@transaction.atomic
def edit_speaker(*, speaker: Speaker, details: SpeakerDetails, seen: str, by: User) -> Speaker:
    """Store the details; a new name becomes an alias, and the old one stays one.

    `seen` is the `details_version` the form was made from. Raises StaleSpeaker and UnusableName. A gender
    that is changed here has the editor for its basis; one that is taken away has none.
    """
    held = Speaker.objects.select_for_update().get(pk=speaker.pk)
    if details_version(held) != seen:
        raise StaleSpeaker(held)
    before = history.speaker_state(held)
    held.name = tidy_name(details.name)
    held.kind, held.role = details.kind.value, details.role
    held.external_id, held.countable = details.external_id, details.countable
    if held.gender != details.gender:
        held.gender = details.gender.value
        held.gender_basis = (GenderBasis.EDITOR if details.gender else GenderBasis.NONE).value
    held.save()
    _store_answers(held, details.answers)
    keep_name_as_alias(held)
    held.aliases.filter(normalised=_form(held.name)).update(text=held.name)
    # What a name can be likened to depends on the kind, and on which of the names is the speaker's own.
    held.aliases.update(is_compared=False)
    _record("edit speaker", held, by, before=before)
    return held


@transaction.atomic
def add_alias(*, speaker: Speaker, text: str, by: User) -> Alias:
    """Let the speaker go by another name too. Raises AliasThere and UnusableName."""
    text = tidy_name(text)
    held = Speaker.objects.select_for_update().get(pk=speaker.pk)
    there = held.aliases.filter(normalised=_form(text)).first()
    if there:
        raise AliasThere(there)
    before = history.speaker_state(held)
    alias = Alias.objects.create(speaker=held, text=text, normalised=_form(text), added_by=by)
    _record("add alias", held, by, before=before)
    return alias


@transaction.atomic
def remove_alias(*, alias: Alias, by: User) -> None:
    """Take a name away from its speaker; the claims found under it stay. Raises OwnName and AliasGone."""
    held = Speaker.objects.select_for_update().get(pk=alias.speaker_id)
    # Only who holds the speaker may move its names, so that it is still there when it is taken away.
    if not held.aliases.filter(pk=alias.pk).exists():
        raise AliasGone
    if alias.normalised == _form(held.name):
        raise OwnName
    before = history.speaker_state(held)
    delete_names([alias.pk])
    _record("remove alias", held, by, before=before)


def delete_names(pks: Collection[int]) -> None:
    """Delete the aliases, and the likely pairs that go with them."""
    hold_pairs_of_names(pks)
    Alias.objects.filter(pk__in=pks).delete()


def delete_speakers(pks: Collection[int]) -> None:
    """Delete the speakers with their names, and the likely pairs that go with them; the caller holds them."""
    hold_pairs_of_speakers(pks)
    Speaker.objects.filter(pk__in=pks).delete()


def details_of(speaker: Speaker) -> SpeakerDetails:
    """Return the details as they are stored."""
    return SpeakerDetails(
        name=speaker.name,
        kind=SpeakerKind(speaker.kind),
        role=speaker.role,
        gender=Gender(speaker.gender),
        external_id=speaker.external_id,
        countable=speaker.countable,
        answers={
            answer.field_id: Answer(answer.value, answer.is_declined)
            for answer in speaker.attributes.filter(field__archived_at__isnull=True).order_by("field_id")
        },
    )


def details_version(speaker: Speaker) -> str:
    """Return a short mark that changes whenever a detail does; a form carries it to be told stale."""
    return version_of(details_of(speaker))


def version_of(details: SpeakerDetails) -> str:
    """Return the mark of details that were read already."""
    return hashlib.sha256(repr(asdict(details)).encode()).hexdigest()[:16]


def tidy_name(text: str) -> str:
    """Return the name with single spaces. Raises UnusableName where nothing could be told by it."""
    name = " ".join(text.split())
    if len(name) > NAME_LENGTH or not normalise_name(name):
        raise UnusableName(name)
    return name


def keep_name_as_alias(speaker: Speaker) -> Alias | None:
    """Make sure that the speaker's name, in whatever spelling, is among its aliases; return a new one."""
    alias, is_new = Alias.objects.get_or_create(
        speaker=speaker, normalised=_form(speaker.name), defaults={"text": speaker.name}
    )
    return alias if is_new else None


def _form(name: str) -> str:
    """Return what an alias is found by; folding can lengthen a name beyond what the column takes."""
    return normalise_name(name)[:NAME_LENGTH]


def _store_answers(speaker: Speaker, answers: Mapping[int, Answer]) -> None:
    """Write the answers in the fields that are in use; those in archived ones stay as they are."""
    in_use = set(SpeakerField.objects.in_use().values_list("pk", flat=True))
    speaker.attributes.filter(field__in=in_use - answers.keys()).delete()
    for field_id in in_use & answers.keys():
        SpeakerAttribute.objects.update_or_create(
            speaker=speaker, field_id=field_id, defaults=asdict(answers[field_id])
        )


def _record(verb: str, speaker: Speaker, by: User, *, before: Mapping[str, Any] | None) -> Revision:
    key = f"speaker:{speaker.pk}"
    return history.record(
        verb=verb,
        by=by,
        speaker_id=speaker.pk,
        before={key: before},
        after={key: history.speaker_state(speaker)},
    )
