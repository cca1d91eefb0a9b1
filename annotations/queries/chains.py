"""Which open claims are offered along with one whose speaker was corrected."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from annotations.choices import ClaimState, MentionForm, SpanRole, SpeakerKind
from annotations.models import Article, Claim, ClaimSpan, Mention, Speaker
from annotations.names import normalise_name
from annotations.nlp.chains import Reference, Surroundings, hanging_on
from annotations.queries.texts import text_of

# How far from the corrected claim a chain is followed, in code points: all of a usual article.
REACH = 20_000
# How much of a content the offer quotes, in code points.
SHORT = 80


@dataclass(frozen=True, slots=True)
class Offered:
    """An open claim that hangs on the chain, as the offer lists it."""

    claim: Claim
    content: str
    source: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The claims that are offered to go to `speaker` with `claim`, in text order; `words` is its source."""

    claim: Claim
    speaker: Speaker
    words: str
    offered: tuple[Offered, ...]


def chain_of(claim: Claim) -> Chain | None:
    """Return what hangs on the chain of a claim whose speaker was just corrected, None where nothing does."""
    article, right = claim.article, claim.speaker
    if right is None:
        return None
    wrong_id = _current_id(claim.suggested_speaker_id)
    if right.pk == wrong_id:
        return None
    by_claim = _references(article, claim, wrong_id)
    corrected = by_claim.pop(claim.pk, None)
    if corrected is None:
        return None
    around = _surroundings(article, by_claim.values(), corrected, right, wrong_id)
    ids = hanging_on(corrected, by_claim.values(), around)
    claims = Claim.objects.filter(pk__in=ids).select_related("speaker").prefetch_related("spans")
    offered = tuple(_offered(found, text_of(article), by_claim) for found in claims.in_text_order())
    return Chain(claim, right, corrected.words, offered) if offered else None


def _references(article: Article, claim: Claim, wrong_id: int | None) -> dict[int, Reference]:
    """Return the sources of the claim and of the open ones around it that were taken for the same speaker."""
    alike = Q(claim__suggested_speaker=wrong_id) | Q(claim__suggested_speaker__merged_into=wrong_id)
    if wrong_id is None:
        alike = Q(claim__suggested_speaker__isnull=True)
    is_open = Q(claim__state=ClaimState.SUGGESTED) & alike & ~Q(claim__speaker=claim.speaker_id)
    spans = (
        ClaimSpan.objects.filter(Q(claim=claim) | is_open, claim__article=article, role=SpanRole.SOURCE)
        .filter(claim__start__gte=claim.start - REACH, claim__start__lte=claim.start + REACH)
        .order_by("start")
        .values_list("claim_id", "start", "end")
    )
    found: dict[int, Reference] = {}
    for claim_id, start, end in spans:
        found.setdefault(claim_id, Reference(claim_id, start, end, text_of(article)[start:end]))
    return found


def _surroundings(
    article: Article, others: Iterable[Reference], corrected: Reference, right: Speaker, wrong_id: int | None
) -> Surroundings:
    places = [corrected.start, *(other.start for other in others)]
    named = list(
        Mention.objects.filter(article=article, form=MentionForm.NAME, speaker__kind=SpeakerKind.PERSON)
        .filter(start__gte=min(places), start__lte=max(places))
        .exclude(speaker=right)
        .order_by("start")
        .values_list("start", "speaker_id")
    )
    called = {right.name, *right.aliases.values_list("text", flat=True)}
    return Surroundings(
        names=[start for start, _ in named],
        other_antecedents=[start for start, speaker_id in named if wrong_id in {None, speaker_id}],
        kind_of_right=SpeakerKind(right.kind),
        words_of_right=frozenset(word for name in called for word in normalise_name(name).split()),
    )


def _offered(claim: Claim, text: str, references: dict[int, Reference]) -> Offered:
    contents = sorted((span.start, span.end) for span in claim.spans.all() if span.role == SpanRole.CONTENT)
    content = " … ".join(text[start:end] for start, end in contents)
    if len(content) > SHORT:
        content = f"{content[:SHORT].rsplit(' ', 1)[0]} …"
    return Offered(claim, content, references[claim.pk].words)


def _current_id(speaker_id: int | None) -> int | None:
    if speaker_id is None:
        return None
    row = Speaker.objects.filter(pk=speaker_id).values_list("merged_into_id", flat=True).first()
    return row or speaker_id
