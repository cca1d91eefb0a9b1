"""The form of the export page: which claims, in which format, written how. Its address is its whole state."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import slugify

from annotations.choices import ClaimState
from annotations.exports.registry import FORMATS, ExportFormat
from annotations.exports.row import Export
from annotations.forms.base import LongSelect
from annotations.models import Article, ArticleSet
from annotations.queries.export import ExportScope, export_of
from annotations.queries.sight import EVERYTHING, Sight


class ExportForm(forms.Form):
    """Scope, format and options. An address without any of them means the whole desk as CSV."""

    article_set = forms.ModelChoiceField(
        ArticleSet.objects.all(),
        label="Set",
        required=False,
        empty_label="All articles",
        widget=LongSelect,
        error_messages={"invalid_choice": "This set is not there any more. Choose another one."},
    )
    article = forms.ModelChoiceField(
        Article.objects.only("pk", "title"),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "This article is not there any more."},
    )
    states = forms.MultipleChoiceField(
        label="States",
        required=False,
        choices=[pair for pair in ClaimState.pairs() if pair[0] != ClaimState.REJECTED],
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked means all of them.",
    )
    include_rejected = forms.BooleanField(label="Rejected claims as well", required=False)
    published_from = forms.DateField(
        label="Published from", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    published_to = forms.DateField(
        label="Published to",
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text="With a date, articles without one are left out.",
    )
    format = forms.ChoiceField(
        label="Format",
        choices=[(name, export_format.label) for name, export_format in FORMATS.items()],
        widget=forms.RadioSelect,
    )
    no_bom = forms.BooleanField(
        label="No byte-order mark",
        required=False,
        help_text="Excel needs the mark to read accents and emoji; some programs stumble over it.",
    )
    raw = forms.BooleanField(
        label="Leave formula-like cells as they are",
        required=False,
        help_text="Otherwise a cell that begins with =, +, - or @ gets an apostrophe, so that no spreadsheet "
        "runs it.",
    )

    def __init__(self, address: QueryDict, *, sight: Sight = EVERYTHING) -> None:
        data = address.copy()
        data.setdefault("format", "csv")
        super().__init__(data, label_suffix="")
        self._sight = sight
        for name in ("article_set", "article"):
            field = cast("forms.ModelChoiceField[Any]", self.fields[name])
            field.queryset = sight.narrowed(field.queryset.all()) if field.queryset is not None else None

    def clean(self) -> dict[str, Any]:
        """See that the dates run forwards."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("published_from"), cleaned.get("published_to")
        if first and last and first > last:
            raise ValidationError("The first date is after the last one. Swap them.")
        return cleaned

    @property
    def scope(self) -> ExportScope:
        """Which claims a valid form asks for."""
        chosen = self.cleaned_data
        return ExportScope(
            article_set=chosen["article_set"],
            article=chosen["article"],
            states=frozenset(chosen["states"]),
            published_from=chosen["published_from"],
            published_to=chosen["published_to"],
            include_rejected=chosen["include_rejected"],
            sight=self._sight,
        )

    @property
    def export_format(self) -> ExportFormat:
        """The format a valid form asks for."""
        return FORMATS[self.cleaned_data["format"]]

    @property
    def export(self) -> Export:
        """What a valid form asks for, ready to be written."""
        chosen = self.cleaned_data
        return export_of(self.scope, bom=not chosen["no_bom"], raw=chosen["raw"])

    @property
    def file_name(self) -> str:
        """What the download is called: the product, the set or article if any, and the day."""
        scope = self.scope
        parts = ["newsdesk-claims"]
        if scope.article_set:
            parts.append(slugify(scope.article_set.name, allow_unicode=True) or f"set-{scope.article_set.pk}")
        if scope.article:
            parts.append(f"article-{scope.article.pk}")
        parts.append(timezone.localdate().isoformat())
        return f"{'-'.join(parts)}.{self.export_format.name}"
