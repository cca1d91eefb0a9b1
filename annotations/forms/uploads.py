"""What the upload page sends: files or a text, and what the person says about them."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from annotations.forms.base import LongSelect
from annotations.models import ArticleSet


class PastedText(forms.CharField):
    """A text as it was pasted, whatever is in it."""

    def run_validators(self, value: Any) -> None:
        """Refuse nothing here: the reader replaces what can't be stored, and says so in the file's row."""


class UploadForm(forms.Form):
    """Facts about the articles; the files themselves are read from the request."""

    text = PastedText(
        required=False,
        strip=False,
        label="Or paste the text of one article",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    title = forms.CharField(
        max_length=500, required=False, help_text="For one article; else its own is taken."
    )
    outlet = forms.CharField(max_length=200, required=False)
    url = forms.URLField(max_length=2000, required=False, label="URL", assume_scheme="https")
    published_on = forms.DateField(
        required=False,
        label="Publication date",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    article_set = forms.ModelChoiceField(
        ArticleSet.objects.all(),
        required=False,
        label="Put into set",
        empty_label="No set",
        widget=LongSelect,
    )
    new_set = forms.CharField(max_length=200, required=False, label="Or into a new set named")

    def clean(self) -> dict[str, Any]:
        """Refuse two sets at once."""
        cleaned = super().clean() or {}
        if cleaned.get("article_set") and cleaned.get("new_set"):
            raise ValidationError("Choose a set or name a new one, not both.")
        return cleaned


class MappingForm(forms.Form):
    """Which column of a table holds which field of an article."""

    FIELDS = ("text", "title", "outlet", "byline", "url", "published_on", "language")
    LABELS: ClassVar = {"url": "URL", "published_on": "Publication date"}

    def __init__(
        self, data: Any = None, *, columns: list[str], item_id: int, initial: dict[str, str] | None = None
    ) -> None:
        super().__init__(data, auto_id=f"id_{item_id}_%s", initial=initial, label_suffix="")
        self.item_id = item_id
        choices = [("", "– none –"), *((column, column) for column in columns)]
        for name in self.FIELDS:
            self.fields[name] = forms.ChoiceField(
                choices=choices, required=name == "text", label=self.LABELS.get(name, name.capitalize())
            )

    @property
    def mapping(self) -> dict[str, str]:
        """Field to column, without the fields that no column holds."""
        return {name: column for name, column in self.cleaned_data.items() if column}
