"""What the API takes and gives, as the OpenAPI document describes it."""

from datetime import date, datetime
from typing import Annotated, Any, get_type_hints

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, create_model

from annotations.choices import ArticleState, ClaimState, UploadState
from annotations.exports.jsonl import record_of
from annotations.exports.row import COLUMNS, ClaimRow

MOST = 200
# Ids are the database's 64-bit integers.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


def _storable(text: str) -> str:
    """Refuse what no database stores: NUL, and halves of a surrogate pair. Raises ValueError."""
    if "\0" in text:
        raise ValueError("Leave out the character NUL.")
    text.encode()  # UnicodeEncodeError is a ValueError
    return text


Text = Annotated[str, AfterValidator(_storable)]


class Shape(Schema):
    """What is common to all: an unknown field is refused, not left out in silence."""

    model_config = ConfigDict(extra="forbid")


class Page(Shape):
    """What every list is asked with."""

    limit: int = Field(50, ge=1, le=MOST, description="How many at most.")
    cursor: str = Field("", max_length=120, description="The `next` of the page before; empty for the first.")
    article_set: Id | None = Field(None, description="Of this set alone.")
    published_from: date | None = Field(None, description="The first day of publication.")
    published_to: date | None = Field(
        None, description="The last day of publication. With either, articles without a date are left out."
    )


class ArticlesAsked(Page):
    """Which articles."""

    state: ArticleState | None = None
    outlet: Text = Field("", max_length=200)


class ClaimsAsked(Page):
    """Which claims."""

    article: Id | None = Field(None, description="Of this article alone.")
    state: ClaimState | None = None
    include_rejected: bool = Field(False, description="Rejected claims too, where no state is named.")


class Problem(Shape):
    """Why a request was refused, in a sentence."""

    detail: str


class SetOut(Shape):
    """A set, as far as its caller may see it."""

    id: int
    name: str
    description: str
    is_private: bool
    articles: int
    reviewed: int
    claims: int
    decided: int


class Sets(Shape):
    """All sets, by name."""

    items: list[SetOut]


class ArticleOut(Shape):
    """An article without its text; `undecided` are claims that wait for a decision."""

    id: int
    title: str
    outlet: str
    byline: str
    url: str
    published_on: date | None
    language: str
    state: ArticleState
    failure: str = Field(description="Why, where the state is failed.")
    pipeline: str
    source_name: str
    text_sha256: str
    sets: list[int] = Field(description="Ids of the sets it is in, of those that the caller may see.")
    claims: int
    undecided: int
    created_at: datetime
    updated_at: datetime


class ArticleWithText(ArticleOut):
    """An article with its text, into which the spans of claims are offsets in code points."""

    text: str


class Articles(Shape):
    """A page of articles, the oldest upload first."""

    items: list[ArticleOut]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class ArticleIn(Shape):
    """A text to annotate. Without a title its first sentence is taken."""

    text: Annotated[Text, Field(min_length=1)]
    title: Annotated[Text, Field(max_length=500)] = ""
    outlet: Annotated[Text, Field(max_length=200)] = ""
    url: Annotated[Text, Field(max_length=2000)] = ""
    published_on: date | None = None
    article_set: Annotated[Id | None, Field(description="The set to put it into.")] = None


class ItemOut(Shape):
    """What became of one file, member of an archive or row of a table."""

    id: int
    name: str
    state: UploadState
    message: str
    article: int | None = Field(description="The article's id, once it was read.")


class UploadOut(Shape):
    """An upload; ask again until it is finished. A table waits for its columns to be confirmed on a page."""

    id: int
    is_finished: bool
    items: list[ItemOut] = Field(description="The first 1,000.")


# The claims of the API say what the exports say, under the same names: they are made from the same row.
_AS_JSON: dict[str, Any] = {
    "content": str,
    "cue": str,
    "source": str,
    "published_on": Annotated[str | None, Field(json_schema_extra={"format": "date"})],
    "updated_at": Annotated[str | None, Field(json_schema_extra={"format": "date-time"})],
    "state": ClaimState,
}
_HINTS = get_type_hints(ClaimRow)
ClaimOut = create_model(
    "ClaimOut",
    __base__=Shape,
    __doc__="A claim with the columns of the export; spans are [start, end] in code points of the text.",
    **{name: (_AS_JSON.get(name, _HINTS[name]), ...) for name in COLUMNS},  # type: ignore[call-overload] # made from the columns
)


class Claims(Shape):
    """A page of claims: articles by publication date, those without one last, claims in text order."""

    items: list[ClaimOut]  # type: ignore[valid-type] # made above
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


def claim_out(row: ClaimRow) -> Any:
    """Return the row as the API gives it."""
    return ClaimOut(**record_of(row))
