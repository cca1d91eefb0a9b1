"""The claims of an export in their order, as rows; whatever the scope, in flat memory.

A row is true to one moment: a claim and its spans are read by one statement. Rows of different articles may
be of different moments, since a long export does not hold up the people who work meanwhile.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from annotations.choices import ClaimState, SpanRole
from annotations.exports.cutting import ArticleCells, ClaimCells, SpeakerCells, claim_row
from annotations.exports.row import BAR, ClaimRow, Export, Offsets
from annotations.models import Alias, Article, ArticleSet, Claim, Paragraph, Sentence, Speaker
from annotations.models.days import OrLastDay
from annotations.queries.counting import COUNTED_TO, count_of
from annotations.queries.sight import EVERYTHING, Sight
from annotations.queries.speaker_fields import answers_by_speaker, fields_in_use

# What is read at once: so many articles, or fewer that have so many claims together.
_ARTICLES = 50
_CLAIMS = 2_000


@dataclass(frozen=True, slots=True)
class ExportScope:
    """Which claims are exported; everything but rejected claims where nothing is said.

    No state named means all but rejected. An article without a publication date is outside every range of
    dates. Both ends of the range are inside.
    """

    article_set: ArticleSet | None = None
    article: Article | None = None
    states: frozenset[str] = frozenset()
    published_from: date | None = None
    published_to: date | None = None
    include_rejected: bool = False
    sight: Sight = EVERYTHING

    @property
    def wanted_states(self) -> frozenset[str]:
        """The states a claim may have."""
        named = self.states or frozenset(ClaimState) - {ClaimState.REJECTED}
        return named | {ClaimState.REJECTED} if self.include_rejected else named


class ClaimPlace(NamedTuple):
    """Where a claim stands in the order of the export; `start` is where its content starts."""

    published_on: date | None
    article_id: int
    start: int
    claim_id: int


class ExportSize(NamedTuple):
    """How much an export holds; `is_more` says that there is more than was counted."""

    claims: int
    articles: int
    is_more: bool = False


class _Claim(NamedTuple):
    """A claim joined with one of its spans, which is None where the claim has none."""

    article_id: int
    claim_id: int
    start: int
    kind: str
    speaker_id: int | None
    source_form: str
    state: str
    origin: str
    confidence: float | None
    suggested_speaker_id: int | None
    is_changed: bool
    editor: str | None
    decided_at: datetime | None
    created_at: datetime
    role: str | None
    span_start: int | None
    span_end: int | None


def export_size(scope: ExportScope) -> ExportSize:
    """Count the claims of an export and the articles they stand in, so far as they are counted; one query."""
    found = list(_claims_in(scope).order_by().values_list("article_id", flat=True)[: COUNTED_TO + 1])
    counted = found[:COUNTED_TO]
    return ExportSize(len(counted), len(set(counted)), len(found) > COUNTED_TO)


def claim_rows(
    scope: ExportScope, *, at_most: int | None = None, after: ClaimPlace | None = None
) -> Iterator[ClaimRow]:
    """Yield the rows, those behind a place where one is given.

    Articles come by publication date and id, those without a date last; claims in text order.

    `claim_no` counts every claim of the article, those outside the scope and rejected ones too, so that it
    does not depend on the scope. One query for the order and six for every fifty articles, or fewer articles
    where they have many claims. Raises SpanOutsideText, which names the claim.
    """
    rows = (row for batch in _batches(scope, at_most, after) for row in _rows(batch, scope, after))
    return islice(rows, at_most)


def export_of(scope: ExportScope, *, bom: bool = True, raw: bool = False) -> Export:
    """Return the claims in scope as an export that any format can write; no claim is read before it is."""
    return Export(
        rows=claim_rows(scope),
        aliases_of=aliases_of,
        own_fields=[field.label for field in fields_in_use()],
        answers_of=answers_by_speaker,
        bom=bom,
        raw=raw,
    )


def aliases_of(speaker_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of each speaker beside its own, sorted; one query."""
    aliases: dict[int, list[str]] = {}
    others = Alias.objects.filter(speaker__in=speaker_ids).exclude(text=F("speaker__name"))
    for speaker_id, text in others.order_by().values_list("speaker_id", "text"):
        aliases.setdefault(speaker_id, []).append(text)
    # Sorted here, since each database has an alphabet of its own.
    return {speaker_id: sorted(texts) for speaker_id, texts in aliases.items()}


def _articles_in(scope: ExportScope, *, in_order: bool = False) -> QuerySet[Article]:
    """Return the articles in scope; to be read `in_order`, told by the day that the export is sorted by.

    One index then gives both. Whoever asks which articles those are has a smaller index of their own dates.
    """
    articles = scope.sight.narrowed(Article.objects.alias(day=OrLastDay("published_on")))
    if scope.article_set:
        articles = articles.filter(sets=scope.article_set)
    if scope.article:
        articles = articles.filter(pk=scope.article.pk)
    day = "day" if in_order else "published_on"
    if scope.published_from:
        articles = articles.filter(**{f"{day}__gte": scope.published_from}, published_on__isnull=False)
    if scope.published_to:
        articles = articles.filter(**{f"{day}__lte": scope.published_to})
    return articles


def _claims_in(scope: ExportScope) -> QuerySet[Claim]:
    return Claim.objects.filter(article__in=_articles_in(scope), state__in=scope.wanted_states)


def _batches(scope: ExportScope, at_most: int | None, after: ClaimPlace | None) -> Iterator[list[int]]:
    """Yield ids of the articles with claims in scope, in order, few enough at a time to hold their claims."""
    wanted = Claim.objects.filter(article=OuterRef("pk"), state__in=scope.wanted_states)
    # One article more where the first of them may have no claim behind the place.
    most = at_most + 1 if at_most and after else at_most
    articles = _articles_in(scope, in_order=True)
    ordered = (
        (articles.filter(_not_before(after)) if after else articles)
        .filter(Exists(wanted))
        .annotate(claim_count=count_of(Claim.objects.filter(article=OuterRef("pk")), by="article"))
        .order_by(OrLastDay("published_on"), "pk")
        .values_list("pk", "claim_count")[:most]
    )
    batch: list[int] = []
    claims = 0
    for article_id, claim_count in ordered.iterator():
        if batch and (len(batch) == _ARTICLES or claims + claim_count > _CLAIMS):
            yield batch
            batch, claims = [], 0
        batch.append(article_id)
        claims += claim_count
    if batch:
        yield batch


def _not_before(place: ClaimPlace) -> Q:
    """Return the condition that an article is that of the place or comes after it."""
    onwards = Q(published_on=place.published_on, pk__gte=place.article_id)
    if place.published_on is None:
        return onwards
    return onwards | Q(published_on__gt=place.published_on) | Q(published_on=None)


def _rows(article_ids: list[int], scope: ExportScope, after: ClaimPlace | None) -> Iterator[ClaimRow]:
    spans = [
        _Claim(*values)
        for values in Claim.objects.filter(article__in=article_ids)
        .order_by("article_id", "start", "pk", "spans__role", "spans__position")
        .values_list(
            "article_id",
            "pk",
            "start",
            "kind",
            "speaker_id",
            "source_form",
            "state",
            "origin",
            "confidence",
            "suggested_speaker_id",
            "is_changed",
            "decided_by__username",
            "decided_at",
            "created_at",
            "spans__role",
            "spans__start",
            "spans__end",
        )
    ]
    speakers = _speakers(spans)
    articles = _articles(article_ids, scope)
    by_article = {article_id: list(of_it) for article_id, of_it in groupby(spans, itemgetter(0))}
    for article_id in article_ids:
        article = articles.get(article_id)
        if article is None:  # deleted meanwhile
            continue
        claims = groupby(by_article.get(article_id, ()), itemgetter(1))
        for claim_no, (_, of_claim) in enumerate(claims, start=1):
            pieces = list(of_claim)
            here = (pieces[0].start, pieces[0].claim_id)
            is_behind = not after or article_id != after.article_id or here > (after.start, after.claim_id)
            if pieces[0].state in scope.wanted_states and is_behind:
                yield claim_row(article, _cells(claim_no, pieces, speakers))


def _cells(claim_no: int, pieces: Sequence[_Claim], speakers: dict[int, SpeakerCells]) -> ClaimCells:
    claim = pieces[0]
    spans: dict[str | None, list[Offsets]] = {}
    for piece in pieces:
        if piece.span_start is not None and piece.span_end is not None:
            spans.setdefault(piece.role, []).append((piece.span_start, piece.span_end))
    nobody = SpeakerCells()
    return ClaimCells(
        claim_id=claim.claim_id,
        claim_no=claim_no,
        kind=claim.kind,
        content=spans.get(SpanRole.CONTENT, ()),
        cue=spans.get(SpanRole.CUE, ()),
        source=spans.get(SpanRole.SOURCE, ()),
        source_form=claim.source_form,
        state=claim.state,
        origin=claim.origin,
        confidence=claim.confidence,
        speaker=speakers.get(claim.speaker_id or 0, nobody),
        suggested_speaker=speakers.get(claim.suggested_speaker_id or 0, nobody).name,
        changed=claim.is_changed,
        editor=claim.editor or "",
        updated_at=(claim.decided_at or claim.created_at).astimezone(UTC),
    )


def _speakers(claims: Iterable[_Claim]) -> dict[int, SpeakerCells]:
    """Return the speakers of the claims under their ids; a merged one is the one that took its claims."""
    ids = {claim.speaker_id for claim in claims} | {claim.suggested_speaker_id for claim in claims}
    found = Speaker.objects.filter(pk__in=ids - {None}).select_related("merged_into")
    return {speaker.pk: _speaker_cells(speaker.merged_into or speaker) for speaker in found}


def _speaker_cells(speaker: Speaker) -> SpeakerCells:
    return SpeakerCells(
        speaker_id=speaker.pk,
        name=speaker.name,
        kind=speaker.kind,
        role=speaker.role,
        external_id=speaker.external_id,
        gender=speaker.gender,
        gender_basis=speaker.gender_basis,
        countable=speaker.countable,
    )


def _articles(article_ids: list[int], scope: ExportScope) -> dict[int, ArticleCells]:
    paragraphs: dict[int, list[tuple[int, int, str]]] = {pk: [] for pk in article_ids}
    lines = Paragraph.objects.filter(article__in=article_ids).order_by("article_id", "index")
    for article_id, start, end, region in lines.values_list("article_id", "start", "end", "region"):
        paragraphs[article_id].append((start, end, region))
    sentences: dict[int, list[Offsets]] = {pk: [] for pk in article_ids}
    found = Sentence.objects.filter(article__in=article_ids).order_by("article_id", "index")
    for article_id, start, end in found.values_list("article_id", "start", "end"):
        sentences[article_id].append((start, end))
    sets = _set_names(article_ids, scope)
    return {
        article.pk: ArticleCells(
            set=sets.get(article.pk, ""),
            article_id=article.pk,
            title=article.title,
            outlet=article.outlet,
            byline=article.byline,
            url=article.url,
            published_on=article.published_on,
            text=article.text,
            text_sha256=article.text_sha256,
            pipeline=article.pipeline,
            paragraphs=paragraphs[article.pk],
            sentences=sentences[article.pk],
        )
        for article in Article.objects.filter(pk__in=article_ids)
    }


def _set_names(article_ids: list[int], scope: ExportScope) -> dict[int, str]:
    """Return the set in scope for each article, or else all its sets by name."""
    if scope.article_set:
        return dict.fromkeys(article_ids, scope.article_set.name)
    names: dict[int, list[str]] = {}
    memberships = Article.sets.through.objects.filter(article__in=article_ids)
    memberships = memberships.exclude(articleset__in=scope.sight.hidden)
    for article_id, name in memberships.values_list("article_id", "articleset__name"):
        names.setdefault(article_id, []).append(name)
    return {article_id: BAR.join(sorted(of_it)) for article_id, of_it in names.items()}
