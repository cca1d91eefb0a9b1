"""Forms of the article list: what somebody looks for, and what to do with the articles found."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from annotations.choices import ArticleState, Choice
from annotations.forms.base import DeskForm, LongSelect
from annotations.models import Article, ArticleSet
from annotations.queries.articles import ArticleFilter, ArticleSort, outlets
from annotations.queries.sight import EVERYTHING, Sight


class Scope(Choice):
    """Which articles of the list are meant."""

    TICKED = "ticked", "the ticked articles"
    FOUND = "found", "all that were found"


class Move(Choice):
    """What happens to them."""

    PUT = "put", "Put into set"
    TAKE = "take", "Take out of set"


class FormWithSets(DeskForm):
    """A form in which a set of the desk can be chosen, one of two on the page of the list."""

    def offer(self, sets: Iterable[tuple[int, str]]) -> None:
        """Offer these sets, by id and name, so that the page has to read them but once."""
        field = cast("forms.ModelChoiceField[ArticleSet]", self.fields["article_set"])
        field.choices = [("", field.empty_label), *sets]


class ArticleFilterForm(FormWithSets):
    """Search and filters of the list; a field that makes no sense says so and filters nothing."""

    q = forms.CharField(
        label="Search", required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    article_set = forms.ModelChoiceField(
        ArticleSet.objects.all(), label="Set", required=False, empty_label="All sets", widget=LongSelect
    )
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "All states"), *ArticleState.pairs()]
    )
    outlet = forms.ChoiceField(label="Outlet", required=False, widget=LongSelect)
    published_from = forms.DateField(
        label="Published from", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    published_to = forms.DateField(
        label="Published to", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    speaker = forms.CharField(
        label="Speaker", required=False, max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )
    sort = forms.ChoiceField(
        label="Order", required=False, choices=ArticleSort.pairs(), initial=ArticleSort.UPLOADED.value
    )

    def __init__(self, *args: Any, sight: Sight = EVERYTHING, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sight = sight
        cast("forms.ModelChoiceField[ArticleSet]", self.fields["article_set"]).queryset = sight.narrowed(
            ArticleSet.objects.all()
        )
        # Not a callable, which Django would ask at every rendering, with a query each time.
        choices = [("", "All outlets"), *((outlet, outlet) for outlet in outlets(sight))]
        cast(forms.ChoiceField, self.fields["outlet"]).choices = choices

    def wanted(self) -> ArticleFilter:
        """Return what the valid fields ask for."""
        self.is_valid()
        valid = self.cleaned_data
        return ArticleFilter(
            text=valid.get("q", ""),
            article_set=valid.get("article_set"),
            state=ArticleState(valid["state"]) if valid.get("state") else None,
            outlet=valid.get("outlet", ""),
            published_from=valid.get("published_from"),
            published_to=valid.get("published_to"),
            speaker=valid.get("speaker", ""),
            sort=ArticleSort(valid.get("sort") or self.fields["sort"].initial),
            sight=self._sight,
        )


class BulkForm(FormWithSets):
    """Articles to put into a set or to take out of one."""

    scope = forms.ChoiceField(choices=Scope.pairs())
    articles = forms.ModelMultipleChoiceField(
        Article.objects.only("pk"),
        required=False,
        error_messages={
            "invalid_choice": "An article you ticked was deleted meanwhile. Tick again.",
            "invalid_pk_value": "Tick articles of the list.",
        },
    )
    article_set = forms.ModelChoiceField(
        ArticleSet.objects.all(),
        required=False,
        label="Set",
        empty_label="Choose a set",
        widget=LongSelect,
        error_messages={"invalid_choice": "This set was deleted meanwhile. Choose another one."},
    )
    new_set = forms.CharField(required=False, max_length=200, label="or a new set named")
    move = forms.ChoiceField(choices=Move.pairs())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The filters on the same page have fields of the same names.
        self.auto_id = "bulk_%s"

    def clean(self) -> dict[str, Any]:
        """See that there is one set, and something ticked where the ticked are meant."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if cleaned["scope"] == Scope.TICKED and not cleaned["articles"]:
            raise ValidationError("Nothing is ticked. Tick articles, or choose all that were found.")
        if cleaned["article_set"] and cleaned["new_set"]:
            raise ValidationError("Choose a set or name a new one, not both.")
        if not cleaned["article_set"] and not (cleaned["new_set"] and cleaned["move"] == Move.PUT):
            raise ValidationError("Choose the set first.")
        return cleaned
