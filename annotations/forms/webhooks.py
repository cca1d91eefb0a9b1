"""The form that sets a webhook up."""

from django import forms

from annotations.forms.base import DeskForm


class WebhookForm(DeskForm):
    """Where the desk is to tell, and what it signs with."""

    url = forms.URLField(max_length=2000, label="Address", assume_scheme="https")
    secret = forms.CharField(
        required=False,
        min_length=16,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text="At least 16 characters; empty makes one and shows it once.",
    )

    def clean_url(self) -> str:
        """Refuse what is no address of the web."""
        url = str(self.cleaned_data["url"])
        if not url.startswith(("http://", "https://")):
            raise forms.ValidationError("Write an address that begins with https:// or http://.")
        return url
