"""Whom of the desk's speakers a name can mean, and what editors' earlier decisions say about each of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotations.choices import ClaimState, SpeakerKind
from annotations.models import Alias, Article, Claim, Revision, Speaker
from annotations.names import normalise_name
from annotations.nlp.names import Name, is_misspelling, parse_name, same_full_name
from annotations.queries.counting import count_of
from annotations.queries.names import holding_any

DECIDED = (ClaimState.ACCEPTED, ClaimState.CORRECTED)
# A slip in the first letters of a surname is not looked for; the database finds names by their beginnings.
SURE_LETTERS = 3


@dataclass(slots=True)
class Alike:
    """People whose name is not the one asked for but may be meant by it, the oldest first.

    `bearers` have it for their surname; `variants` are spelt nearly so, have an initial or a short form in
    its place, or go by its surname alone.
    """

    bearers: list[Speaker] = field(default_factory=list)
    variants: list[Speaker] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What the desk knows of a speaker beyond its name.

    `is_confirmed`: a person of the desk made or edited it, or let a claim stand with it. `quoted` counts such
    claims. `in_outlet` and `companions` are about other articles: whether the same outlet quoted the speaker,
    and which of the speakers asked about were named beside it.
    """

    is_confirmed: bool
    quoted: int
    in_outlet: bool
    companions: tuple[str, ...]


def holders_of(names: Collection[str]) -> dict[str, list[Speaker]]:
    """Return the current speakers that go by each of the normalised names, the oldest first; one query."""
    rows = _aliases().filter(normalised__in=names)
    found: defaultdict[str, list[Speaker]] = defaultdict(list)
    for alias in rows:
        found[alias.normalised].append(alias.speaker)
    return found


def people_alike(names: Iterable[str]) -> dict[str, Alike]:
    """Return the people whom each name may mean though none of theirs is the same; one query at most."""
    wanted = {name: parse_name(name) for name in names}
    wanted = {name: parsed for name, parsed in wanted.items() if parsed.core}
    found = {name: Alike() for name in wanted}
    if not wanted:
        return found
    for alias in aliases_like(wanted.values()):
        other = parse_name(alias.text)
        for name, parsed in wanted.items():
            form = normalise_name(name)
            if alias.normalised == form or not other.core:
                continue
            is_bearer = not parsed.is_full and other.is_full and alias.normalised.endswith(f" {form}")
            if not is_bearer and not _is_variant(parsed, other):
                continue
            kind = found[name].bearers if is_bearer else found[name].variants
            if alias.speaker not in kind:
                kind.append(alias.speaker)
    return found


def acquaintances(
    speakers: Collection[Speaker], *, article: Article, beside: Collection[Speaker]
) -> dict[int, Acquaintance]:
    """Return what the desk knows of each speaker, by id; three queries at most.

    Only claims that an editor let stand count, so that what the pipeline guessed is never its own witness.
    """
    ids = {speaker.pk for speaker in speakers}
    if not ids:
        return {}
    stood = Claim.objects.filter(state__in=DECIDED)
    elsewhere = stood.filter(speaker__in=ids).exclude(article=article)
    in_outlet: set[int | None] = set()
    if article.outlet:
        quoted_there = elsewhere.filter(article__outlet=article.outlet)
        in_outlet = set(quoted_there.values_list("speaker_id", flat=True))
    companions: defaultdict[int | None, set[str]] = defaultdict(set)
    if beside:
        named_there = elsewhere.filter(article__mentions__speaker__in=beside)
        pairs = named_there.values_list("speaker_id", "article__mentions__speaker__name").distinct()
        for speaker_id, name in pairs.order_by():
            companions[speaker_id].add(name)
    edited = Revision.objects.filter(speaker_id=OuterRef("pk"), actor__isnull=False)
    known = (
        Speaker.objects.filter(pk__in=ids)
        .annotate(quoted=count_of(stood.filter(speaker=OuterRef("pk")), by="speaker"), edited=Exists(edited))
        .values_list("pk", "created_by_id", "edited", "quoted")
    )
    return {
        pk: Acquaintance(
            is_confirmed=bool(created_by or edited or quoted),
            quoted=quoted,
            in_outlet=pk in in_outlet,
            companions=tuple(sorted(companions[pk])),
        )
        for pk, created_by, edited, quoted in known
    }


def aliases_like(names: Iterable[Name]) -> QuerySet[Alias]:
    """Return the aliases of people that may be meant by one of the names, and many besides."""
    lasts: set[str] = set()
    forenames: set[str] = set()
    starts: set[str] = set()
    for name in names:
        if last := normalise_name(name.core[-1]):
            lasts.add(last)
            if not name.is_full:
                starts.add(last[:SURE_LETTERS])
            elif forename := normalise_name(name.core[0]):
                forenames.add(forename)
    condition = Q(normalised__in=lasts)
    for last in lasts:
        condition |= Q(normalised__endswith=f" {last}")
    for forename in forenames:
        condition |= Q(normalised__startswith=f"{forename} ")
    for start in starts:
        condition |= Q(normalised__startswith=start) | Q(normalised__contains=f" {start}")
    # The words lead to a few names along an index; where in a name they stand is looked at after that.
    words = holding_any({*lasts, *forenames}, starts)
    return _aliases().filter(words, condition, speaker__kind=SpeakerKind.PERSON)


def _aliases() -> QuerySet[Alias]:
    """Return the aliases of current speakers that have a name of their own, the oldest speaker first."""
    return (
        Alias.objects.filter(speaker__merged_into__isnull=True)
        .exclude(speaker__kind=SpeakerKind.UNNAMED)
        .select_related("speaker")
        .order_by("speaker_id", "pk")
    )


def _is_variant(name: Name, other: Name) -> bool:
    if name.is_full and other.is_full:
        return same_full_name(name, other)
    if name.is_full or other.is_full:
        return name.last == other.last or is_misspelling(name.last, other.last)
    return is_misspelling(name.last, other.last)
