"""What the desk's forms have in common."""

from typing import Any

from django import forms


class DeskForm(forms.Form):
    """A form whose labels end without a colon: they stand above their field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
