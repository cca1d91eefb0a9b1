"""The form of one of the desk's own fields."""

from django import forms

from annotations.choices import FieldType
from annotations.exports.speakers import SPEAKER_COLUMNS
from annotations.forms.base import DeskForm
from annotations.queries.speaker_fields import DECLINED


class SpeakerFieldForm(DeskForm):
    """Label, type, the answers of a list, and the place among the others."""

    label = forms.CharField(max_length=60)
    field_type = forms.ChoiceField(
        label="Type", choices=FieldType.pairs(), initial=FieldType.TEXT.value, required=False
    )
    options = forms.CharField(
        label="Answers of the list",
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text="One a line. “Declined” and “not asked” are always there.",
    )
    position = forms.IntegerField(label="Place", min_value=0, max_value=999, required=False)

    def clean_label(self) -> str:
        """Refuse a label under which speakers.csv has a column already."""
        label = " ".join(str(self.cleaned_data["label"]).split())
        if label.casefold() in SPEAKER_COLUMNS:
            raise forms.ValidationError("The export has a column of this name. Choose another label.")
        return label

    def clean_options(self) -> list[str]:
        """Return the answers once each, without empty lines."""
        lines = (" ".join(line.split())[:300] for line in str(self.cleaned_data["options"]).splitlines())
        options = list(dict.fromkeys(line for line in lines if line))
        if any(option.casefold() == DECLINED for option in options):
            raise forms.ValidationError("“Declined” is always offered; take it out of the list.")
        return options

    def clean(self) -> dict[str, object]:
        """Ask for answers where the type is a list."""
        super().clean()
        is_list = self.cleaned_data.get("field_type") == FieldType.CHOICE
        if is_list and "options" in self.cleaned_data and not self.cleaned_data["options"]:
            self.add_error("options", "Write at least one answer, one a line.")
        return self.cleaned_data
