"""The form on which an editor chooses what of a speaker goes to another."""

from typing import Any

from django import forms

from annotations.forms.base import DeskForm
from annotations.forms.speakers import NameField
from annotations.models import Speaker


class NumbersField(forms.TypedMultipleChoiceField):
    """Ids that were ticked; whose they are is asked where they are used."""

    def __init__(self) -> None:
        super().__init__(coerce=int, required=False)

    def valid_value(self, value: Any) -> bool:
        """Take any number that an id can be."""
        return str(value).isdecimal() and len(str(value)) < 19


class SplitForm(DeskForm):
    """What goes: names, all claims under a name, all of an article, single claims; and to whom.

    `seen` is a mark of what the preview showed, so that claims which came meanwhile don't go unseen.
    """

    article = NumbersField()
    claim = NumbersField()
    name = NameField("Name of the other speaker")
    to = forms.ModelChoiceField(Speaker.objects.current(), required=False)
    q = forms.CharField(label="Title or outlet", required=False, max_length=200)
    seen = forms.CharField(required=False, max_length=80)

    def __init__(self, data: Any, *, speaker: Speaker) -> None:
        super().__init__(data)
        for name in ("alias", "under"):
            self.fields[name] = forms.ModelMultipleChoiceField(speaker.aliases.all(), required=False)
        # The page opens without a name; whoever looks at what would change has to write one.
        self.fields["name"].required = bool(data)
