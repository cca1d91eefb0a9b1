"""The form of the search page."""

from django import forms

from annotations.forms.base import DeskForm
from annotations.queries.search import Search, SearchKind
from annotations.queries.sight import Sight
from annotations.search_words import MOST_ASKED, asked


class SearchForm(DeskForm):
    """Words and what they are looked for in; of a very long text the beginning counts."""

    q = forms.CharField(label="Search for", required=False, widget=forms.TextInput({"type": "search"}))
    kind = forms.ChoiceField(
        required=False,
        choices=SearchKind.pairs(),
        initial=SearchKind.ARTICLES.value,
        widget=forms.HiddenInput,
    )

    def wanted(self, sight: Sight) -> Search:
        """Return what is looked for among what may be seen."""
        self.is_valid()
        # A NUL is refused by the field, and no other text is.
        text = self.cleaned_data.get("q", "")[:MOST_ASKED]
        return Search(text, asked(text), sight)

    def kind_wanted(self) -> SearchKind:
        """Return the kind whose results are shown."""
        self.is_valid()
        return SearchKind(self.cleaned_data.get("kind") or SearchKind.ARTICLES)
