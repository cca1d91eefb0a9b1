"""Who changed what of a speaker, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from annotations.choices import Gender, SpeakerKind
from annotations.models import Revision, Speaker, SpeakerField

HISTORY_ORDER = ("-id",)
_LABELS = {
    "name": "name",
    "kind": "kind",
    "role": "role",
    "gender": "gender",
    "external_id": "external id",
    "countable": "counts in the figures",
}


@dataclass(frozen=True, slots=True)
class SpeakerChange:
    """One step on a speaker: what it was, and each detail that changed as label, before and after."""

    revision: Revision
    details: list[tuple[str, str, str]]
    claims: int


def revisions_of(speaker: Speaker) -> QuerySet[Revision]:
    """Return the steps on the speaker itself, merges into it and splits of it among them."""
    return Revision.objects.filter(speaker_id=speaker.pk).select_related("actor", "target")


def changes(revisions: list[Revision], speaker: Speaker) -> list[SpeakerChange]:
    """Return what each of the steps changed, in words; one query for the labels of the desk's own fields."""
    labels = dict(SpeakerField.objects.values_list("pk", "label"))
    return [
        SpeakerChange(
            revision,
            list(_details(revision, f"speaker:{speaker.pk}", labels)),
            sum(key.startswith("claim:") for key in revision.after),
        )
        for revision in revisions
    ]


def _details(revision: Revision, key: str, labels: dict[int, str]) -> Iterator[tuple[str, str, str]]:
    before, after = revision.before.get(key) or {}, revision.after.get(key) or {}
    for name, label in _LABELS.items():
        if name in after and before.get(name) != after[name]:
            yield label, _said(name, before.get(name)), _said(name, after[name])
    names = [{text for text, _ in state.get("aliases", ())} for state in (before, after)]
    if names[0] != names[1]:
        yield "names", ", ".join(sorted(names[0] - names[1])), ", ".join(sorted(names[1] - names[0]))
    old, new = (_answers(state) for state in (before, after))
    for field_id in sorted(old.keys() | new.keys()):
        if old.get(field_id) != new.get(field_id):
            label = labels.get(field_id, "a field that is gone")
            yield label, old.get(field_id, "not asked"), new.get(field_id, "not asked")


def _answers(state: dict[str, Any]) -> dict[int, str]:
    rows = state.get("attributes", ())
    return {pk: "declined" if is_declined else value for pk, value, is_declined in rows}


def _said(name: str, value: Any) -> str:
    if name == "kind" and value:
        return SpeakerKind(value).label
    if name == "gender" and value is not None:
        return Gender(value).label
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "")
