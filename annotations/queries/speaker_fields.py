"""The desk's own fields of its speakers, and what was answered in them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from django.db.models import Count, F, QuerySet

from annotations.models import Speaker, SpeakerAttribute, SpeakerField

DECLINED = "declined"


class Given(Protocol):
    """An answer that somebody gave in a field."""

    @property
    def value(self) -> str:
        """What they said, empty where they declined."""

    @property
    def is_declined(self) -> bool:
        """Whether they declined to say."""


def fields_in_use() -> list[SpeakerField]:
    """Return the fields that are asked, in the desk's order."""
    return list(SpeakerField.objects.in_use())


def all_fields() -> QuerySet[SpeakerField]:
    """Return every field with `answer_count`, those in use first."""
    counted = SpeakerField.objects.annotate(answer_count=Count("attributes"))
    return counted.order_by(F("archived_at").asc(nulls_first=True), "position", "pk")


def answers_of(speaker: Speaker) -> list[tuple[str, str]]:
    """Return label and answer of each field in use: the value, "Declined" or "Not asked"; two queries."""
    given = {answer.field_id: answer for answer in SpeakerAttribute.objects.filter(speaker=speaker)}
    return answers_in(fields_in_use(), given)


def answers_in(fields: Iterable[SpeakerField], given: Mapping[int, Given]) -> list[tuple[str, str]]:
    """Return the same of fields and answers, by field, that were read already."""
    return [(field.label, _said(given[field.pk]) if field.pk in given else "Not asked") for field in fields]


def answers_by_speaker(speaker_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return by speaker the answers under their labels, as an export writes them; not asked is absent."""
    found: dict[int, dict[str, str]] = {}
    rows = SpeakerAttribute.objects.filter(speaker__in=speaker_ids, field__archived_at__isnull=True)
    for answer in rows.select_related("field").order_by():
        cell = DECLINED if answer.is_declined else answer.value
        found.setdefault(answer.speaker_id, {})[answer.field.label] = cell
    return found


def _said(answer: Given) -> str:
    return "Declined" if answer.is_declined else answer.value
