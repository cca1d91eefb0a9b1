"""What the desk's forms have in common."""

from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class DeskForm(forms.Form):
    """A form whose labels end without a colon: they stand above their field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


SELECTED = SafeString(" selected")


class LongSelect(forms.Select):
    """A select of whatever a desk has many of, in no groups.

    Django renders templates for each option. A hundred of them took a third of the time of the article list.
    """

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        """Return the same element as Django does."""
        chosen = self.format_value(value)
        keys = (("" if key is None else key, label) for key, label in self.choices)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) in chosen else "", label) for key, label in keys),
        )
        attributes = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>\n{}\n</select>", attributes, options)
