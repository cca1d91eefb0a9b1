"""Forms about speakers: search, details, aliases, and whom to merge with."""

from typing import Any

from django import forms

from annotations.choices import FieldType, Gender, SpeakerKind
from annotations.domain.speakers import (
    NAME_LENGTH,
    Answer,
    SpeakerDetails,
    UnusableName,
    tidy_name,
    version_of,
)
from annotations.forms.base import DeskForm
from annotations.models import Speaker, SpeakerField
from annotations.queries.speaker_fields import DECLINED, fields_in_use
from annotations.queries.speakers import SpeakerSort


class NameField(forms.CharField):
    """A name that something can be told by."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, max_length=NAME_LENGTH, widget=forms.TextInput({"autocomplete": "off"}))

    def clean(self, value: Any) -> str:
        """Return the name with single spaces, an empty one where none is required."""
        text: str = super().clean(value)
        if not text:
            return text
        try:
            return tidy_name(text)
        except UnusableName:
            raise forms.ValidationError("Write a name with at least one letter or digit.") from None


class SpeakerFilterForm(DeskForm):
    """Search and filter of the speaker list."""

    q = forms.CharField(
        label="Name or alias", required=False, max_length=200, widget=forms.TextInput({"type": "search"})
    )
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All kinds"), *SpeakerKind.pairs()])
    sort = forms.ChoiceField(
        label="Order", required=False, choices=SpeakerSort.pairs(), initial=SpeakerSort.NAME.value
    )

    def text(self) -> str:
        """Return what is searched for."""
        self.is_valid()
        return str(self.cleaned_data.get("q", ""))

    def kind_wanted(self) -> SpeakerKind | None:
        """Return the kind that is asked for, if any."""
        self.is_valid()
        kind = self.cleaned_data.get("kind")
        return SpeakerKind(kind) if kind else None

    def order(self) -> SpeakerSort:
        """Return the order that is asked for."""
        self.is_valid()
        return SpeakerSort(self.cleaned_data.get("sort") or self.fields["sort"].initial)


class NewSpeakerForm(DeskForm):
    """A speaker the desk does not know yet; `confirmed` says that a namesake is somebody else."""

    name = NameField("Name")
    kind = forms.ChoiceField(choices=SpeakerKind.pairs(), initial=SpeakerKind.PERSON.value)
    role = forms.CharField(required=False, max_length=300, help_text="Such as “mayor of Aldermere”.")
    confirmed = forms.BooleanField(required=False, label="This is somebody else of the same name")


class SpeakerForm(DeskForm):
    """The details of a speaker; `seen` tells a form that was made before somebody else's change."""

    name = NameField("Name")
    kind = forms.ChoiceField(choices=SpeakerKind.pairs())
    role = forms.CharField(required=False, max_length=300)
    gender = forms.ChoiceField(
        required=False,
        choices=Gender.pairs(),
        help_text="Only as the speaker or a public record states it. “Declined” means they were asked.",
    )
    external_id = forms.CharField(
        required=False, max_length=200, label="External id", help_text="Such as a Wikidata number."
    )
    countable = forms.BooleanField(
        required=False,
        label="Counts in the figures",
        help_text="Take this away for speakers the desk did not choose, such as the accused in a trial.",
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = fields_in_use()
        for field in self.asked:
            if field.field_type == FieldType.CHOICE:
                options = [("", "Not asked"), *((option, option) for option in field.options)]
                self.fields[_value(field)] = forms.ChoiceField(
                    label=field.label, required=False, choices=options
                )
            else:
                self.fields[_value(field)] = forms.CharField(
                    label=field.label, required=False, max_length=300, help_text="Empty is “not asked”."
                )
            self.fields[_declined(field)] = forms.BooleanField(
                label=f"{field.label}: declined to say", required=False
            )

    @classmethod
    def of(cls, details: SpeakerDetails) -> "SpeakerForm":
        """Return the form filled with what is stored."""
        stored = {field: getattr(details, field) for field in SpeakerDetails.__dataclass_fields__}
        for pk, answer in details.answers.items():
            stored |= {f"field_{pk}": answer.value, f"declined_{pk}": answer.is_declined}
        return cls(initial={**stored, "seen": version_of(details)})

    def own_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return for each of the desk's own fields the input of its value and that of "declined"."""
        return [(self[_value(field)], self[_declined(field)]) for field in self.asked]

    def clean(self) -> dict[str, Any]:
        """Refuse an answer from somebody who declined to give one."""
        super().clean()
        for field in self.asked:
            value = self.cleaned_data.get(_value(field), "")
            if value and self.cleaned_data.get(_declined(field)):
                self.add_error(_value(field), "Either give the answer or tick “declined”, not both.")
            elif value.casefold() == DECLINED:
                self.add_error(_value(field), "Tick “declined” for this.")
        return self.cleaned_data

    def details(self) -> SpeakerDetails:
        """Return the valid form's details."""
        valid = self.cleaned_data
        return SpeakerDetails(
            name=valid["name"],
            kind=SpeakerKind(valid["kind"]),
            role=valid["role"],
            gender=Gender(valid["gender"]),
            external_id=valid["external_id"],
            countable=valid["countable"],
            answers={
                field.pk: Answer(valid[_value(field)], valid[_declined(field)])
                for field in self.asked
                if valid[_value(field)] or valid[_declined(field)]
            },
        )


def _value(field: SpeakerField) -> str:
    return f"field_{field.pk}"


def _declined(field: SpeakerField) -> str:
    return f"declined_{field.pk}"


class AliasForm(DeskForm):
    """Another name of a speaker."""

    text = NameField("Another name")


class MergeForm(DeskForm):
    """The speaker that takes over."""

    into = forms.ModelChoiceField(Speaker.objects.all())


class GroupMergeForm(DeskForm):
    """Several forms of one name: those that are ticked are merged into the one that stays."""

    speaker = forms.ModelMultipleChoiceField(Speaker.objects.current())
    into = forms.ModelChoiceField(Speaker.objects.current(), required=False)
