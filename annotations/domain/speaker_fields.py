"""The desk's own list of fields: what it wants to know of its speakers beyond name, kind and role."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from annotations.choices import FieldType
from annotations.domain import history
from annotations.models import SpeakerField, User


class LabelThere(Exception):
    """Another field in use has this label, or the export has a column of that name: choose another."""


class AnswersThere(Exception):
    """Speakers have an answer that would leave the list; `options` names what must stay."""

    def __init__(self, options: Sequence[str]) -> None:
        super().__init__(", ".join(options))
        self.options = options


@transaction.atomic
def create_field(*, label: str, field_type: FieldType, options: Sequence[str] = (), by: User) -> SpeakerField:
    """Add a field behind the others; only one of a list has options. Raises LabelThere."""
    _hold_the_fields()
    _check_label(label)
    last = SpeakerField.objects.aggregate(last=Max("position"))["last"] or 0
    field = SpeakerField.objects.create(
        label=label,
        field_type=field_type.value,
        options=list(options) if field_type == FieldType.CHOICE else [],
        position=last + 1,
        created_by=by,
    )
    _record("create field", field, by, before=None)
    return field


@transaction.atomic
def edit_field(
    *, field: SpeakerField, label: str, options: Sequence[str], position: int, by: User
) -> SpeakerField:
    """Change label, options and place; its type stays, since answers hang on it.

    Raises LabelThere, and AnswersThere where an option goes that speakers have for their answer.
    """
    _hold_the_fields()
    held = SpeakerField.objects.get(pk=field.pk)
    _check_label(label, but=held)
    before = _state(held)
    if held.field_type == FieldType.CHOICE:
        given = held.attributes.filter(is_declined=False).exclude(value__in=options)
        if given.exists():
            raise AnswersThere(sorted(set(given.values_list("value", flat=True))))
        held.options = list(options)
    held.label, held.position = label, position
    held.save()
    _record("edit field", held, by, before=before)
    return held


@transaction.atomic
def archive_field(*, field: SpeakerField, is_archived: bool, by: User) -> SpeakerField:
    """Ask the field no more, or again; its answers stay. Raises LabelThere if the label was taken."""
    _hold_the_fields()
    held = SpeakerField.objects.get(pk=field.pk)
    if bool(held.archived_at) == is_archived:
        return held
    if not is_archived:
        _check_label(held.label, but=held)
    before = _state(held)
    held.archived_at = timezone.now() if is_archived else None
    held.save(update_fields=["archived_at"])
    _record("archive field" if is_archived else "restore field", held, by, before=before)
    return held


def _hold_the_fields() -> None:
    """Let one person at a time change the list; it is short."""
    list(SpeakerField.objects.select_for_update().order_by("pk"))


def _check_label(label: str, *, but: SpeakerField | None = None) -> None:
    others = SpeakerField.objects.in_use().filter(label__iexact=label)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise LabelThere(label)


def _state(field: SpeakerField) -> dict[str, Any]:
    return {
        "label": field.label,
        "field_type": field.field_type,
        "options": list(field.options),
        "position": field.position,
        "is_archived": field.archived_at is not None,
    }


def _record(verb: str, field: SpeakerField, by: User, *, before: dict[str, Any] | None) -> None:
    key = f"field:{field.pk}"
    history.record(verb=verb, by=by, before={key: before}, after={key: _state(field)})
