"""What the card of a claim under review shows, read for a window of claims at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery, Value, prefetch_related_objects

from annotations.choices import ClaimState, SpanRole
from annotations.models import Article, Candidate, Claim, ClaimSpan, Mention, Speaker
from annotations.queries.board import BoardSpeaker, NumberedSpeakers
from annotations.queries.claim_order import count_leading
from annotations.queries.sureness import sureness

CHIPS = 9
# How far before and behind a claim mentions are looked at for its chips, in code points.
NEAR_BEFORE = 3_000
NEAR_BEHIND = 1_000
# The longest words between two pieces that a card shows, in code points.
SEAM = 60


@dataclass(frozen=True, slots=True)
class Chip:
    """A speaker offered for one claim; `key` is the digit that gives the claim to it.

    `has_namesake`: another chip has the same name, so that it takes more than that to tell them apart.
    """

    key: int
    entry: BoardSpeaker
    is_current: bool
    has_namesake: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a claim's content; `seam` is what stands between it and the piece before."""

    text: str
    seam: str


@dataclass(frozen=True, slots=True)
class Card:
    """One claim under review, with everything its card shows.

    A bare one stands far from the claim in hand and goes without its controls, hence without chips.
    """

    claim: Claim
    is_bare: bool
    number: int
    sureness: str
    pieces: tuple[Piece, ...]
    cue: str
    source: str
    entry: BoardSpeaker | None
    chips: tuple[Chip, ...]
    previous_speaker: Speaker | None


def claims_of(article: Article) -> dict[int, Claim]:
    """Return all the article's claims as cards need them, in text order; for an article that has few."""
    claims = list(_with_what_cards_show(article.claims.in_text_order()))
    before: int | None = None
    for claim in claims:
        claim.previous_speaker_id = before  # type: ignore[attr-defined] # as annotated elsewhere
        if claim.speaker_id and claim.state != ClaimState.REJECTED:
            before = claim.speaker_id
    return {claim.pk: claim for claim in claims}


def some_claims(claim_ids: Iterable[int]) -> dict[int, Claim]:
    """Return these claims as cards need them."""
    claims = _with_what_cards_show(Claim.objects.filter(pk__in=claim_ids))
    return {claim.pk: claim for claim in claims.annotate(previous_speaker_id=_speaker_before())}


def card_at_hand(claim: Claim, speakers: NumberedSpeakers, text: str) -> Card | None:
    """Return the card of a claim that is at hand as it is stored; None where it was deleted meanwhile."""
    around = Claim.objects.filter(pk=claim.pk).annotate(number=count_leading(), before=_speaker_before())
    row = around.values_list("number", "before").first()
    if row is None:
        return None
    number, claim.previous_speaker_id = row  # type: ignore[attr-defined] # as annotated elsewhere
    prefetch_related_objects([claim], "spans")
    return cards_of({claim.pk: claim}, speakers, {claim.pk: number}, text)[claim.pk]


def cards_of(
    claims: Mapping[int, Claim],
    speakers: NumberedSpeakers,
    numbers: Mapping[int, int],
    text: str,
    *,
    bare: Collection[int] = (),
) -> dict[int, Card]:
    """Return the cards of claims of one article; `numbers` are their places in the text.

    Claims that `numbers` does not know are left out. Those in `bare` go without their controls.
    """
    whole = [claim for pk, claim in claims.items() if pk not in bare]
    likely = _likeliest(whole)
    asked = {speaker_id for ids in likely.values() for speaker_id in ids}
    for claim in claims.values():
        before: int | None = claim.previous_speaker_id  # type: ignore[attr-defined] # annotated
        asked |= {pk for pk in (claim.speaker_id, before) if pk}
    entries = speakers.entries_for(asked, leading=CHIPS)
    return {
        pk: _card(claim, text, numbers[pk], likely.get(pk), entries)
        for pk, claim in claims.items()
        if pk in numbers
    }


def _with_what_cards_show(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    return claims.select_related("decided_by").prefetch_related("spans")


def _card(
    claim: Claim, text: str, number: int, likely: Iterable[int] | None, entries: dict[int, BoardSpeaker]
) -> Card:
    spans: dict[str, list[tuple[int, int]]] = {role.value: [] for role in SpanRole}
    for span in sorted(claim.spans.all(), key=_by_position):
        spans[span.role].append((span.start, span.end))
    entry = entries.get(claim.speaker_id or 0)
    if entry:
        claim.speaker = entry.speaker
    before = entries.get(claim.previous_speaker_id or 0)  # type: ignore[attr-defined] # annotated
    return Card(
        claim=claim,
        is_bare=likely is None,
        number=number,
        sureness=sureness(claim.confidence) if claim.state == ClaimState.SUGGESTED else "",
        pieces=tuple(_pieces(text, spans[SpanRole.CONTENT])),
        cue=" … ".join(text[start:end] for start, end in spans[SpanRole.CUE]),
        source=" … ".join(text[start:end] for start, end in spans[SpanRole.SOURCE]),
        entry=entry,
        chips=() if likely is None else _chips(claim, likely, entries),
        previous_speaker=before.speaker if before else None,
    )


def _chips(claim: Claim, likely: Iterable[int], entries: dict[int, BoardSpeaker]) -> tuple[Chip, ...]:
    """Return the likeliest speakers, filled up with those that the article had to do with first."""
    offered = [entries[pk] for pk in dict.fromkeys((*likely, *entries)) if pk in entries][:CHIPS]
    names = [entry.speaker.name for entry in offered]
    return tuple(
        Chip(
            key,
            entry,
            is_current=entry.speaker.pk == claim.speaker_id,
            has_namesake=names.count(entry.speaker.name) > 1,
        )
        for key, entry in enumerate(offered, start=1)
    )


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> Iterable[Piece]:
    last = None
    for start, end in spans:
        yield Piece(text[start:end], "" if last is None else _seam(text[last:start]))
        last = end


def _seam(between: str) -> str:
    """Return the words between two pieces; an ellipsis where they are many or run over a paragraph's end."""
    words = between.strip()
    return words if 0 < len(words) <= SEAM and "\n" not in words else "…"


def _speaker_before() -> Subquery:
    """Return the speaker of the last claim before this one in the text that has one and is not rejected."""
    before = Claim.objects.filter(
        Q(start__lt=OuterRef("start")) | Q(pk__lt=OuterRef("pk")),
        article=OuterRef("article"),
        start__lte=OuterRef("start"),
        speaker__isnull=False,
    ).exclude(state=ClaimState.REJECTED)
    return Subquery(before.order_by("-start", "-pk").values("speaker_id")[:1])


def _likeliest(claims: Sequence[Claim]) -> dict[int, list[int]]:
    """Return for each claim of one article the ids of speakers, the likeliest first; one query.

    The claim's own speaker and candidates, then those mentioned just before it, then just behind it.
    """
    if not claims:
        return {}
    near = Q()
    for first, last in _stretches_around(claim.start for claim in claims):
        near |= Q(start__gte=first, start__lt=last)
    mentions = Mention.objects.filter(near, article=claims[0].article_id, speaker__isnull=False)
    candidates = Candidate.objects.filter(claim__in=claims).order_by()
    # A candidate comes with its claim and position, a mention with no claim and its start.
    rows = candidates.values_list("claim_id", "position", "speaker_id").union(
        mentions.order_by().values_list(Value(None, IntegerField()), "start", "speaker_id"), all=True
    )
    found = sorted(rows, key=itemgetter(1))
    mentioned = [(at, pk) for claim_id, at, pk in found if claim_id is None]
    return {
        claim.pk: list(
            dict.fromkeys(
                (
                    *(pk for pk in (claim.speaker_id, claim.suggested_speaker_id) if pk),
                    *(pk for claim_id, _, pk in found if claim_id == claim.pk),
                    *_mentioned_around(claim, mentioned),
                )
            )
        )
        for claim in claims
    }


def _mentioned_around(claim: Claim, mentions: Iterable[tuple[int, int]]) -> list[int]:
    """Return the speakers of the mentions near the claim, given as start and speaker, the nearest first."""
    around = [
        (_distance(start, claim.start), pk)
        for start, pk in mentions
        if claim.start - NEAR_BEFORE <= start < claim.start + NEAR_BEHIND
    ]
    around.sort(key=itemgetter(0))
    return [pk for _, pk in around]


def _stretches_around(starts: Iterable[int]) -> list[tuple[int, int]]:
    """Return what is near the offsets as stretches of the text that do not touch each other."""
    stretches: list[tuple[int, int]] = []
    for start in sorted(starts):
        first, last = max(start - NEAR_BEFORE, 0), start + NEAR_BEHIND
        if stretches and first <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], last)
        else:
            stretches.append((first, last))
    return stretches


def _distance(at: int, start: int) -> int:
    """A speaker is named before the claim more often than after it, so what follows counts three times."""
    return start - at if at <= start else 3 * (at - start)


def _by_position(row: ClaimSpan) -> int:
    return row.position
