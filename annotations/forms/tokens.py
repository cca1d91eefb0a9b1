"""The form that makes an API token."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone

from annotations.choices import TokenScope
from annotations.forms.base import DeskForm


class TokenForm(DeskForm):
    """What a token is for, what it may do, and until when."""

    name = forms.CharField(max_length=60, label="What it is for", help_text="Such as “night import”.")
    scope = forms.TypedChoiceField(
        choices=TokenScope.pairs(), coerce=TokenScope, initial=TokenScope.READ.value, label="It may"
    )
    expires_on = forms.DateField(
        required=False,
        label="Last day",
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text="Empty means until you revoke it.",
    )

    def clean_expires_on(self) -> datetime | None:
        """Return the end of that day in the desk's zone. Refuses a day that is over, or has no next one."""
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        if not timezone.localdate() <= day or day.year > 9000:
            raise forms.ValidationError("Choose today or a later day.")
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
