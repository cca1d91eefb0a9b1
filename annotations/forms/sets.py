"""Forms about sets: name and description, who sees one, and the article that leaves."""

from typing import Any, cast

from django import forms

from annotations.forms.base import DeskForm
from annotations.models import Article, ArticleSet, User
from annotations.queries.people import people_who_see_open_sets_alone


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


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # generic to the checker alone
    """People to tick, under the names that colleagues see."""

    def label_from_instance(self, obj: User) -> str:
        """Return the name, with the username where that is another."""
        name = obj.display_name
        return name if name == obj.username else f"{name} ({obj.username})"


class AccessForm(DeskForm):
    """Whether a set is private, and who sees it then beside editors and admins."""

    is_private = forms.BooleanField(
        required=False,
        label="Private",
        help_text="Its articles are shown to editors, admins and the people ticked here, to nobody else, "
        "even where they stand in open sets too.",
    )
    members = PeopleField(
        User.objects.none(),
        required=False,
        label="People who see it",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Somebody ticked was deactivated or may manage now. Tick again."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PeopleField, self.fields["members"]).queryset = people_who_see_open_sets_alone()

    @classmethod
    def of(cls, article_set: ArticleSet) -> "AccessForm":
        """Return the form filled with what is stored."""
        members = list(article_set.members.values_list("pk", flat=True)) if article_set.is_private else []
        return cls(initial={"is_private": article_set.is_private, "members": members})


class TakeOutForm(DeskForm):
    """One article to take out of a set."""

    article = forms.ModelChoiceField(Article.objects.defer("text"))
