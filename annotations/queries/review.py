"""What the review page shows: the marked text, the claims as cards, the article's speakers.

A page costs the same number of queries whatever the article holds; the cards come in windows.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from annotations.choices import ArticleState, Choice, ClaimState, RunState, SpanRole
from annotations.highlighting import Mark, Segment, marks_by_paragraph, segments
from annotations.models import (
    AnnotationRun,
    Article,
    ArticleSet,
    Candidate,
    Claim,
    ClaimSpan,
    Mention,
    Paragraph,
    Presence,
    Revision,
    Speaker,
    User,
)
from annotations.queries.sureness import sureness

WINDOW = 30
# Paragraphs sent at once: all of a usual article, a part of a book.
TEXT_WINDOW = 200
CHIPS = 9
COLOURS = 10
# How many mentions on each side of a claim are looked at for its chips.
NEARBY = 50
SEEN_WITHIN = timedelta(seconds=40)


class ClaimOrder(Choice):
    """In which order the cards stand."""

    TEXT = "text", "In text order"
    LEAST_SURE = "least-sure", "Least sure first"


@dataclass(frozen=True, slots=True)
class Overview:
    """One claim of the article in brief; `number` is its 1-based place in text order."""

    pk: int
    number: int
    start: int
    state: str
    speaker_id: int | None
    confidence: float | None

    @property
    def is_undecided(self) -> bool:
        """Whether nobody has decided about it."""
        return self.state == ClaimState.SUGGESTED


@dataclass(frozen=True, slots=True)
class BoardSpeaker:
    """A speaker of the article; `number` and `colour` stay the same while the article is reviewed.

    `has_namesake`: another one has the same name, so that it takes more than that to tell them apart.
    """

    speaker: Speaker
    number: int
    colour: int
    claim_count: int
    has_namesake: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A speaker offered for one claim; `key` is the digit that gives the claim to it."""

    key: int
    entry: BoardSpeaker
    is_current: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One claim under review, with everything its card shows."""

    claim: Claim
    number: int
    sureness: str
    pieces: tuple[str, ...]
    cue: str
    source: str
    entry: BoardSpeaker | None
    chips: tuple[Chip, ...]
    previous_speaker: Speaker | None


@dataclass(frozen=True, slots=True)
class MarkedParagraph:
    """A paragraph with its segments, and for each claim over it what its mark looks like."""

    paragraph: Paragraph
    segments: tuple[Segment, ...]
    looks: "Looks"


@dataclass(frozen=True, slots=True)
class Looks:
    """How marks are drawn: the state of each claim, and the colour and number of its speaker."""

    states: dict[int, str]
    speakers: dict[int, tuple[int, int]]


class ReviewedArticle:
    """The article under review, read once for one request.

    `overviews` stand in text order, `shown` in the order of the cards. With the least sure first, the decided
    ones come after, in text order.
    """

    def __init__(self, article: Article, order: ClaimOrder = ClaimOrder.TEXT) -> None:
        self.article = article
        self.order = order
        fields = ("pk", "start", "state", "speaker_id", "confidence")
        self.overviews = [
            Overview(pk, number, *rest)
            for number, (pk, *rest) in enumerate(article.claims.in_text_order().values_list(*fields), start=1)
        ]
        self._index = {overview.pk: index for index, overview in enumerate(self.overviews)}
        self.shown = sorted(self.overviews, key=self._place)
        self._place_of = {overview.pk: place for place, overview in enumerate(self.shown)}
        self.board = _board(article, self.overviews)
        self._entries = {entry.speaker.pk: entry for entry in self.board}

    @property
    def left(self) -> int:
        """How many claims nobody has decided yet."""
        return sum(overview.is_undecided for overview in self.overviews)

    @property
    def total(self) -> int:
        """How many claims the article has, rejected ones too."""
        return len(self.overviews)

    @property
    def decided(self) -> int:
        """How many claims somebody has decided."""
        return self.total - self.left

    def number_of(self, claim_id: int) -> int | None:
        """Return the claim's 1-based place in text order, None where it is not of this article."""
        index = self._index.get(claim_id)
        return None if index is None else index + 1

    def first_to_review(self) -> int | None:
        """Return the first undecided claim of those shown, else the first one, else None."""
        undecided = (overview.pk for overview in self.shown if overview.is_undecided)
        return next(undecided, self.shown[0].pk if self.shown else None)

    def next_undecided(self, claim_id: int) -> int | None:
        """Return the undecided claim that comes after this one, else the first one there is, else None.

        A claim that was decided just now counts as standing where it stood before.
        """
        here = self._rank(self.overviews[self._index[claim_id]])
        undecided = [overview for overview in self.shown if overview.is_undecided]
        later = [overview for overview in undecided if self._rank(overview) > here]
        chosen = later or undecided
        return chosen[0].pk if chosen else None

    def window(self, claim_id: int | None) -> "Window":
        """Return the cards around the claim."""
        place = self._place_of.get(claim_id or 0, 0)
        first = place - place % WINDOW
        end = first + WINDOW
        elsewhere = (*self.shown[end:], *self.shown[:first])
        return Window(
            cards=self.cards([overview.pk for overview in self.shown[first:end]]),
            before=self.shown[first - 1].pk if first else None,
            after=self.shown[end].pk if end < self.total else None,
            undecided_elsewhere=next((overview.pk for overview in elsewhere if overview.is_undecided), None),
        )

    def _rank(self, overview: Overview) -> tuple[float, int]:
        """Where the claim stands among the undecided ones; one without a confidence is the least sure."""
        if self.order == ClaimOrder.TEXT:
            return 0, overview.number
        return -1 if overview.confidence is None else overview.confidence, overview.number

    def _place(self, overview: Overview) -> tuple[bool, float, int]:
        if self.order == ClaimOrder.LEAST_SURE and not overview.is_undecided:
            return True, 0, overview.number
        return False, *self._rank(overview)

    def cards(self, claim_ids: Sequence[int]) -> list[Card]:
        """Return the cards of these claims, in the order in which they are shown."""
        claims = (
            Claim.objects.filter(pk__in=claim_ids)
            .select_related("speaker", "suggested_speaker", "decided_by", "sentence")
            .prefetch_related("spans", "candidates")
        )
        mentions = list(
            Mention.objects.filter(article=self.article, speaker__isnull=False)
            .order_by("start")
            .values_list("start", "speaker_id")
        )
        speakers = {entry.speaker.pk: entry.speaker for entry in self.board}
        in_order = sorted(claims, key=lambda claim: self._place_of[claim.pk])
        return [self._card(claim, mentions, speakers) for claim in in_order]

    def _card(self, claim: Claim, mentions: list[tuple[int, int]], speakers: dict[int, Speaker]) -> Card:
        text = self.article.text
        pieces: dict[str, list[str]] = {role.value: [] for role in SpanRole}
        for span in sorted(claim.spans.all(), key=_by_position):
            pieces[span.role].append(text[span.start : span.end])
        index = self._index[claim.pk]
        previous = next(
            (
                speakers.get(overview.speaker_id)
                for overview in reversed(self.overviews[:index])
                if overview.state != ClaimState.REJECTED and overview.speaker_id
            ),
            None,
        )
        order = _likeliest(claim, mentions, self.board)
        return Card(
            claim=claim,
            number=index + 1,
            sureness=sureness(claim.confidence) if claim.state == ClaimState.SUGGESTED else "",
            pieces=tuple(pieces[SpanRole.CONTENT]),
            cue=" … ".join(pieces[SpanRole.CUE]),
            source=" … ".join(pieces[SpanRole.SOURCE]),
            entry=self._entries.get(claim.speaker_id or 0),
            chips=tuple(
                Chip(key, self._entries[pk], is_current=pk == claim.speaker_id)
                for key, pk in enumerate(order[:CHIPS], start=1)
            ),
            previous_speaker=previous,
        )

    def paragraphs_over(self, spans: Iterable[tuple[int, int]]) -> list[MarkedParagraph]:
        """Return the marked paragraphs that the (start, end) spans touch."""
        touched = Q(pk__in=[])
        for start, end in spans:
            touched |= Q(start__lt=end, end__gt=start)
        return self._marked(self.article.paragraphs.filter(touched))

    def text_around(self, claim_id: int | None) -> "TextWindow":
        """Return the part of the text that the claim is in; a text of usual length has one part."""
        start = next((overview.start for overview in self.overviews if overview.pk == claim_id), 0)
        before = self.article.paragraphs.filter(end__lte=start).order_by().count()
        return self.text_from(before - before % TEXT_WINDOW + 1)

    def text_from(self, index: int) -> "TextWindow":
        """Return the part of the text that starts with the paragraph of that 1-based index."""
        rows = self.article.paragraphs.filter(index__gte=index, index__lt=index + TEXT_WINDOW)
        last = self.article.paragraphs.order_by("-index").values_list("index", flat=True).first() or 0
        return TextWindow(
            paragraphs=self._marked(rows),
            before=index - TEXT_WINDOW if index > 1 else None,
            after=index + TEXT_WINDOW if index + TEXT_WINDOW <= last else None,
        )

    def _marked(self, rows: QuerySet[Paragraph]) -> list[MarkedParagraph]:
        found = list(rows)
        spans = ClaimSpan.objects.filter(
            claim__article=self.article,
            start__lt=max((row.end for row in found), default=0),
            end__gt=min((row.start for row in found), default=0),
        )
        marks = [
            Mark(start, end, claim_id, role)
            for start, end, claim_id, role in spans.values_list("start", "end", "claim_id", "role")
        ]
        looks = Looks(
            states={overview.pk: overview.state for overview in self.overviews},
            speakers={
                overview.pk: (entry.colour, entry.number)
                for overview in self.overviews
                if (entry := self._entries.get(overview.speaker_id or 0))
            },
        )
        over_each = marks_by_paragraph([(row.start, row.end) for row in found], marks)
        return [
            MarkedParagraph(row, tuple(segments(self.article.text, row.start, row.end, over_it)), looks)
            for row, over_it in zip(found, over_each, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class TextWindow:
    """A run of paragraphs; `before` and `after` are where the neighbouring parts start, None at the ends."""

    paragraphs: list[MarkedParagraph]
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """A run of cards; `before` and `after` are claims of the neighbouring windows, None at the ends.

    `undecided_elsewhere` is the first undecided claim of the windows after this one, else of those before it.
    """

    cards: list[Card]
    before: int | None
    after: int | None
    undecided_elsewhere: int | None


def articles_for_review() -> QuerySet[Article]:
    """Return articles with what the head of the review page shows."""
    return Article.objects.select_related("uploaded_by").prefetch_related("sets")


def next_article_with_work(article: Article, *, article_set: ArticleSet | None = None) -> Article | None:
    """Return the next article that is ready and has undecided claims, in the set if given; it wraps round."""
    ready = Article.objects.filter(state=ArticleState.READY, claims__state=ClaimState.SUGGESTED).exclude(
        pk=article.pk
    )
    if article_set:
        ready = ready.filter(sets=article_set)
    ready = ready.order_by("pk").distinct().only("pk", "title")
    return ready.filter(pk__gt=article.pk).first() or ready.first()


def run_under_way(article: Article) -> AnnotationRun | None:
    """Return the article's run that is queued or running, None where there is none."""
    return article.runs.filter(state__in=[RunState.QUEUED, RunState.RUNNING]).order_by("-pk").first()


def others_here(article: Article, person: User) -> list[User]:
    """Return the colleagues who have the article open."""
    seen = Presence.objects.filter(article=article, seen_at__gt=timezone.now() - SEEN_WITHIN)
    return [
        presence.person for presence in seen.exclude(person=person).select_related("person").order_by("pk")
    ]


def history_of_article(article: Article, *, limit: int = 100) -> list[Revision]:
    """Return the article's last revisions, newest first."""
    revisions = Revision.objects.filter(article_id=article.pk).select_related("actor").order_by("-pk")
    return list(revisions[:limit])


def _board(article: Article, overviews: Sequence[Overview]) -> list[BoardSpeaker]:
    """Return the article's speakers in the order in which the text first mentions them.

    Numbers follow the first mention and then the speaker's id, neither of which a decision changes.
    """
    counts = Counter(overview.speaker_id for overview in overviews if overview.state != ClaimState.REJECTED)
    first = dict(
        Mention.objects.filter(article=article, speaker__isnull=False)
        .values_list("speaker_id")
        .annotate(first=Min("start"))
    )
    ids = set(first) | {overview.speaker_id for overview in overviews if overview.speaker_id}
    ids |= set(
        Speaker.objects.filter(pk__in=Claim.objects.filter(article=article).values("candidates__speaker"))
        .current()
        .values_list("pk", flat=True)
    )
    never = len(article.text)
    speakers = sorted(
        Speaker.objects.current().filter(pk__in=ids),
        key=lambda speaker: (first.get(speaker.pk, never), speaker.pk),
    )
    names = Counter(speaker.name for speaker in speakers)
    return [
        BoardSpeaker(
            speaker,
            number,
            (number - 1) % COLOURS,
            counts.get(speaker.pk, 0),
            has_namesake=names[speaker.name] > 1,
        )
        for number, speaker in enumerate(speakers, start=1)
    ]


def _likeliest(claim: Claim, mentions: Sequence[tuple[int, int]], board: Sequence[BoardSpeaker]) -> list[int]:
    """Return the ids of the article's speakers, the likeliest for this claim first.

    The claim's own speaker and candidates, then those mentioned just before it, then just after it, then
    those with most claims.
    """
    known = {entry.speaker.pk for entry in board}
    order: dict[int, None] = {}
    own = [claim.speaker_id, claim.suggested_speaker_id]
    candidates = sorted(claim.candidates.all(), key=_by_position)
    at = bisect_left(mentions, (claim.start, 0))
    around = mentions[max(at - NEARBY, 0) : at + NEARBY]
    nearest = sorted(around, key=lambda mention: _distance(mention[0], claim.start))
    busiest = sorted(board, key=lambda entry: (-entry.claim_count, entry.number))
    for pk in (
        *own,
        *(candidate.speaker_id for candidate in candidates),
        *(pk for _, pk in nearest),
        *(entry.speaker.pk for entry in busiest),
    ):
        if pk in known:
            order.setdefault(pk)
    return list(order)


def _distance(at: int, start: int) -> int:
    """A speaker is named before the claim more often than after it, so what follows counts three times."""
    return start - at if at <= start else 3 * (at - start)


def _by_position(row: ClaimSpan | Candidate) -> int:
    return row.position
