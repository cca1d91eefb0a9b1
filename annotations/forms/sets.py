"""Forms about sets: name and description, and the article that leaves."""

from django import forms

from annotations.forms.base import DeskForm
from annotations.models import Article


class SetForm(DeskForm):
    """What a set is called and what it is for."""

    name = forms.CharField(max_length=200)
    description = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What belongs in it, for your colleagues.",
    )

    def clean_name(self) -> str:
        """Keep single spaces, so that no two sets look the same."""
        return " ".join(self.cleaned_data["name"].split())


class TakeOutForm(DeskForm):
    """One article to take out of a set."""

    article = forms.ModelChoiceField(Article.objects.defer("text"))
