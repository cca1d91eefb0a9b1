"""What the review page sends, parsed: versions, request keys and spans."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from annotations.choices import ClaimKind, Region, SpanChange, SpanRole
from annotations.models.effort import MOST_KEYS, MOST_SECONDS


class SpansField(forms.CharField):
    """Spans as `302-322;369-423`: half-open, in code points; empty is no span."""

    def clean(self, value: Any) -> Any:
        """Return a list of (start, end) pairs."""
        text = super().clean(value)
        try:
            return [_span(part) for part in text.split(";") if part]
        except ValueError:
            raise ValidationError("Spans are written as 302-322;369-423.") from None


class VersionsField(forms.Field):
    """Several claims, each as `12-3`: its id and the version of it that the person saw."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> Any:
        """Return a mapping from id to version."""
        try:
            pairs = [str(pair).split("-") for pair in super().clean(value)]
            return {int(claim): int(version) for claim, version in pairs}
        except ValueError:
            raise ValidationError("Claims are written as 12-3.") from None


class StepForm(forms.Form):
    """A step that needs no more than its key."""

    key = forms.CharField(max_length=64, required=False)


class DecisionForm(StepForm):
    """A decision about a claim at one version."""

    version = forms.IntegerField(min_value=1)


class SpeakerForm(DecisionForm):
    """A claim's speaker: one of the desk by id, one by name, or with `nobody` none at all."""

    speaker = forms.IntegerField(min_value=1, required=False)
    name = forms.CharField(max_length=300, required=False)
    nobody = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Want exactly one answer."""
        cleaned = super().clean() or {}
        if not (cleaned.get("speaker") or cleaned.get("name") or cleaned.get("nobody")):
            raise ValidationError("Choose a speaker or type a name.")
        return cleaned


class ChainForm(StepForm):
    """The claims of a chain and who is meant."""

    speaker = forms.IntegerField(min_value=1)
    claim = VersionsField()


class KindForm(DecisionForm):
    """A claim's kind."""

    kind = forms.ChoiceField(choices=ClaimKind.pairs())


class SpansForm(DecisionForm):
    """What selected words do to one role of a claim; with `raw` exactly what was selected is meant."""

    role = forms.ChoiceField(choices=SpanRole.pairs())
    change = forms.TypedChoiceField(
        choices=SpanChange.pairs(), coerce=SpanChange, required=False, empty_value=SpanChange.REPLACE
    )
    spans = SpansField(required=False)
    raw = forms.BooleanField(required=False)


class NoteForm(DecisionForm):
    """A remark."""

    note = forms.CharField(max_length=5000, required=False, strip=True)


class NewClaimForm(StepForm):
    """The content of a new claim; with `raw` exactly what was selected is meant."""

    spans = SpansField()
    raw = forms.BooleanField(required=False)


class EffortForm(forms.Form):
    """What a step cost, as the browser counted it."""

    seconds = forms.FloatField(min_value=0, max_value=MOST_SECONDS)
    keys = forms.IntegerField(min_value=0, max_value=MOST_KEYS)


class RegionForm(forms.Form):
    """What a paragraph is."""

    region = forms.ChoiceField(choices=Region.pairs())


def _span(part: str) -> tuple[int, int]:
    start, _, end = part.partition("-")
    return int(start), int(end)
