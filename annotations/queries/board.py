"""The speakers of one article with the numbers and colours they go by there."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count

from annotations.choices import ClaimState
from annotations.models import Article, Claim, Speaker, SpeakerNumber

COLOURS = 10
# How many of an article's speakers the page carries with it; a usual article has 10, a long one 24.
NAMED = 60


@dataclass(frozen=True, slots=True)
class BoardSpeaker:
    """A speaker of the article; one without a number is new to it and has no colour either."""

    speaker: Speaker
    number: int | None

    @property
    def colour(self) -> int | str:
        """The colour's number, which stays the same while the article is reviewed."""
        return colour_of(self.number)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A speaker of the article with how many of its claims are theirs; rejected ones are nobody's."""

    entry: BoardSpeaker
    claim_count: int


def colour_of(number: int | None) -> int | str:
    """Return the colour that goes with a speaker's number, "none" where there is none."""
    return "none" if number is None else (number - 1) % COLOURS


class NumberedSpeakers:
    """The speakers of one article, read once in a request: up to NAMED of them, others when asked for."""

    def __init__(self, article: Article) -> None:
        self._article = article

    @cached_property
    def _rows(self) -> list[SpeakerNumber]:
        """The first numbers with their speakers, and with those that took over a merged one."""
        rows = SpeakerNumber.objects.filter(article=self._article).select_related("speaker__merged_into")
        return list(rows.order_by("number")[: NAMED + 1])

    @property
    def _are_all_read(self) -> bool:
        return len(self._rows) <= NAMED

    @cached_property
    def named(self) -> list[BoardSpeaker]:
        """The first speakers by number, for the page to find one by what is typed."""
        current = [row for row in self._rows if row.speaker.merged_into_id is None]
        return [BoardSpeaker(row.speaker, row.number) for row in current[:NAMED]]

    @cached_property
    def count(self) -> int:
        """How many speakers the article has."""
        if self._are_all_read:
            return len(self.named)
        return self._article.speaker_numbers.filter(speaker__merged_into__isnull=True).count()

    @cached_property
    def ids(self) -> set[int]:
        """The ids of all that have a number, those merged into others too."""
        if self._are_all_read:
            return {row.speaker_id for row in self._rows}
        return set(self._article.speaker_numbers.values_list("speaker_id", flat=True))

    @cached_property
    def _known(self) -> dict[int, BoardSpeaker]:
        """The speakers read so far; one without a number has the lowest of those merged into it."""
        taken_over: dict[int, BoardSpeaker] = {}
        for row in self._rows:
            if row.speaker.merged_into:
                taken_over.setdefault(
                    row.speaker.merged_into.pk, BoardSpeaker(row.speaker.merged_into, row.number)
                )
        return taken_over | {entry.speaker.pk: entry for entry in self.named}

    def entries_for(self, speaker_ids: Iterable[int], *, leading: int = 0) -> dict[int, BoardSpeaker]:
        """Return the article's entries of these speakers, and of those with the `leading` lowest numbers.

        By id, the lowest number first. Merged speakers are left out: their claims are the survivor's.
        """
        asked = set(speaker_ids)
        found = {entry.speaker.pk: entry for entry in self.named if entry.number and entry.number <= leading}
        found |= {pk: self._known[pk] for pk in asked if pk in self._known}
        merged = {row.speaker_id for row in self._rows if row.speaker.merged_into_id}
        if missing := asked - merged - set(found):
            numbers = {} if self._are_all_read else _numbers_of(self._article, missing)
            strangers = Speaker.objects.current().filter(pk__in=missing)
            found |= {speaker.pk: BoardSpeaker(speaker, numbers.get(speaker.pk)) for speaker in strangers}
        return dict(sorted(found.items(), key=_by_number))

    def numbers_of(self, speaker_ids: Iterable[int]) -> dict[int, int]:
        """Return by which number each of the speakers goes in the article."""
        asked = set(speaker_ids)
        found = {pk: entry.number for pk in asked if (entry := self._known.get(pk)) and entry.number}
        missing = asked - set(found)
        return found | _numbers_of(self._article, missing) if missing and not self._are_all_read else found


def board_of(
    article: Article, speakers: NumberedSpeakers, claims: Mapping[int, Claim] | None = None
) -> list[BoardRow]:
    """Return all the article's speakers by number; where no claims are given, every one is read to count."""
    if claims is None:
        standing = article.claims.exclude(state=ClaimState.REJECTED)
        counts = dict(standing.order_by().values_list("speaker_id").annotate(number=Count("pk")))
    else:
        counts = Counter(claim.speaker_id for claim in claims.values() if claim.state != ClaimState.REJECTED)
    entries = speakers.entries_for({*(pk for pk in counts if pk), *speakers.ids})
    return [BoardRow(entry, counts.get(pk, 0)) for pk, entry in entries.items()]


def _numbers_of(article: Article, speaker_ids: Iterable[int]) -> dict[int, int]:
    """Return the speakers' numbers, else the lowest of those merged into each; two queries."""
    rows = SpeakerNumber.objects.filter(article=article)
    taken = rows.filter(speaker__merged_into__in=speaker_ids).order_by("-number")
    found = {pk: number for pk, number in taken.values_list("speaker__merged_into_id", "number") if pk}
    return found | dict(rows.filter(speaker__in=speaker_ids).values_list("speaker_id", "number"))


def _by_number(item: tuple[int, BoardSpeaker]) -> tuple[bool, int, int]:
    pk, entry = item
    return entry.number is None, entry.number or 0, pk
