"""The form that asks what would change in many articles."""

from django import forms

from annotations.forms.base import DeskForm, LongSelect
from annotations.models import ArticleSet


class ReannotationForm(DeskForm):
    """Which articles are meant."""

    article_set = forms.ModelChoiceField(
        ArticleSet.objects.all(),
        required=False,
        label="Articles",
        empty_label="Of the whole desk",
        widget=LongSelect,
        error_messages={"invalid_choice": "This set was deleted meanwhile. Choose another one."},
    )
