"""The article's text with its claims marked: the part near the reader, the others when asked for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Subquery
from django.db.models.functions import Coalesce

from annotations.highlighting import Mark, Segment, marks_by_paragraph, segments
from annotations.models import Article, Claim, ClaimSpan, Paragraph
from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import pieces
from annotations.queries.board import NumberedSpeakers, colour_of
from annotations.queries.texts import text_of

# A text up to this length is on the page as a whole; of a longer one, a part at a time. In code points.
WHOLE = 12_000
PART = 6_000
# How much of a part lies before the claim that it is fetched for.
LEAD = 2_000
# A longer paragraph stands on the page in several stretches.
LONGEST = 4_000

# Start, end, claim, role, and the claim's state and speaker.
SpanRow = tuple[int, int, int, str, str, int | None]


@dataclass(frozen=True, slots=True)
class Look:
    """How the marks of one claim are drawn: its state, and the colour and number of its speaker."""

    state: str
    colour: int | str
    number: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A paragraph, or one part of a very long one; `number` counts the parts from 1."""

    paragraph: Paragraph
    number: int
    start: int
    end: int

    @property
    def key(self) -> str:
        """What tells the stretch from the others of the article, on the page too."""
        return str(self.paragraph.index) if self.number == 1 else f"{self.paragraph.index}-{self.number}"

    @property
    def is_last(self) -> bool:
        """Whether the paragraph ends here."""
        return self.end == self.paragraph.end


@dataclass(frozen=True, slots=True)
class MarkedStretch:
    """A stretch with its segments, and how the marks over it look, by claim."""

    stretch: Stretch
    segments: tuple[Segment, ...]
    looks: dict[int, Look]


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part of the text; `before` and `after` are the offsets where it starts and ends, None at the ends."""

    stretches: list[MarkedStretch]
    before: int | None
    after: int | None


def text_around(
    article: Article, speakers: NumberedSpeakers, offset: int, claims: Collection[Claim] | None = None
) -> TextPart:
    """Return the part of the text in which the offset lies, the whole text where it is short.

    `claims` are all claims of the article with their spans, for whoever has them.
    """
    length = len(text_of(article))
    if length <= WHOLE:
        return _part(article, speakers, 0, length, claims)
    start = max(min(offset - LEAD, length - PART), 0)
    return _part(article, speakers, start, start + PART, claims)


def text_from(article: Article, speakers: NumberedSpeakers, offset: int) -> TextPart:
    """Return the part of the text that begins at the offset or behind it."""
    following = article.paragraphs.filter(end__gt=offset, start__gte=_paragraph_start(article, offset))
    first = following.order_by("start").first()
    start = max(first.start, offset) if first else offset
    return _part(article, speakers, start, start + PART)


def text_before(article: Article, speakers: NumberedSpeakers, offset: int) -> TextPart:
    """Return the part of the text that ends at the offset or before it."""
    last = article.paragraphs.filter(start__lt=offset).order_by("-start").first()
    end = min(last.end, offset) if last else offset
    return _part(article, speakers, max(end - PART, 0), end)


def stretches_over(
    article: Article, speakers: NumberedSpeakers, spans: Iterable[tuple[int, int]]
) -> list[MarkedStretch]:
    """Return the marked stretches that the (start, end) spans touch."""
    spans = list(spans)
    if not spans:
        return []
    start, end = min(start for start, _ in spans), max(end for _, end in spans)
    touched = [
        stretch
        for stretch in _stretches(article, start, end)
        if any(start < stretch.end and stretch.start < end for start, end in spans)
    ]
    return _marked(article, speakers, touched)


def _part(
    article: Article,
    speakers: NumberedSpeakers,
    start: int,
    end: int,
    claims: Collection[Claim] | None = None,
) -> TextPart:
    found = _stretches(article, start, end)
    if not found:
        return TextPart([], None, None)
    first, last = found[0].start, found[-1].end
    text = text_of(article)
    return TextPart(
        stretches=_marked(article, speakers, found, claims),
        # Whatever is no paragraph is blank.
        before=first if text[:first].strip() else None,
        after=last if text[last:].strip() else None,
    )


def _stretches(article: Article, start: int, end: int) -> list[Stretch]:
    """Return the stretches that [start, end) touches."""
    text = text_of(article)
    rows = article.paragraphs.filter(start__gte=_paragraph_start(article, start), start__lt=end)
    return [
        Stretch(row, number, piece.start, piece.end)
        for row in rows.order_by("start")
        for number, piece in enumerate(pieces(text, Span(row.start, row.end), LONGEST), start=1)
        if piece.start < end and start < piece.end
    ]


def _paragraph_start(article: Article, offset: int) -> Coalesce:
    """Return, for a query, where the last paragraph starts that starts at the offset or before it."""
    before = article.paragraphs.filter(start__lte=offset).order_by("-start")
    return Coalesce(Subquery(before.values("start")[:1]), 0)


def _marked(
    article: Article,
    speakers: NumberedSpeakers,
    stretches: Sequence[Stretch],
    claims: Collection[Claim] | None = None,
) -> list[MarkedStretch]:
    if not stretches:
        return []
    marks: list[Mark] = []
    looked_at: dict[int, tuple[str, int | None]] = {}
    rows = _spans_over(article, stretches) if claims is None else _spans_of(claims)
    for start, end, claim_id, role, state, speaker_id in rows:
        marks.append(Mark(start, end, claim_id, role))
        looked_at[claim_id] = (state, speaker_id)
    numbers = speakers.numbers_of(speaker_id for _, speaker_id in looked_at.values() if speaker_id)
    looks = {
        claim_id: Look(state, colour_of(number), number)
        for claim_id, (state, speaker_id) in looked_at.items()
        for number in [numbers.get(speaker_id or 0)]
    }
    over_each = marks_by_paragraph([(stretch.start, stretch.end) for stretch in stretches], marks)
    text = text_of(article)
    return [
        MarkedStretch(stretch, tuple(segments(text, stretch.start, stretch.end, over_it)), looks)
        for stretch, over_it in zip(stretches, over_each, strict=True)
    ]


def _spans_over(article: Article, stretches: Sequence[Stretch]) -> Iterable[SpanRow]:
    """Return the spans over the stretches, each with its claim's id, state and speaker."""
    # A span lies within one paragraph, so none that starts before the first of these reaches into it.
    rows = ClaimSpan.objects.filter(
        article=article,
        start__gte=stretches[0].paragraph.start,
        start__lt=stretches[-1].end,
        end__gt=stretches[0].start,
    )
    return rows.order_by().values_list(
        "start", "end", "claim_id", "role", "claim__state", "claim__speaker_id"
    )


def _spans_of(claims: Iterable[Claim]) -> Iterable[SpanRow]:
    """Return the spans of claims in the same form."""
    for claim in claims:
        for span in claim.spans.all():
            yield span.start, span.end, claim.pk, span.role, claim.state, claim.speaker_id
