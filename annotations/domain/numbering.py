"""Which number a speaker goes by in an article: given once, in the order in which they come up, and kept."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Max

from annotations.models import Article, Claim, Speaker, SpeakerNumber

# Articles in which one statement gives numbers.
CHUNK = 500


def number_speakers(*, article_id: int, speaker_ids: Iterable[int]) -> None:
    """Give those of the speakers a number that have none in the article, in the order given.

    The article is locked by the verb that calls. A merged speaker stands for its survivor; one that has the
    number of somebody merged into it goes by that.
    """
    asked = list(dict.fromkeys(speaker_ids))
    numbers = SpeakerNumber.objects.filter(article=article_id)
    known = set(numbers.filter(speaker__in=asked).values_list("speaker_id", flat=True))
    missing = [pk for pk in asked if pk not in known]
    if not missing:
        return
    merged_into = dict(Speaker.objects.filter(pk__in=missing).values_list("pk", "merged_into_id"))
    survivors = dict.fromkeys(merged_into[pk] or pk for pk in missing if pk in merged_into)
    taken_over = numbers.filter(speaker__merged_into__in=survivors)
    known = set(numbers.filter(speaker__in=survivors).values_list("speaker_id", flat=True))
    known |= {row.speaker.merged_into_id or 0 for row in taken_over.select_related("speaker")}
    last = numbers.aggregate(last=Max("number"))["last"] or 0
    _give_numbers({article_id: [pk for pk in survivors if pk not in known]}, behind=last)


def number_in_every_article(*, speaker_ids: Iterable[int]) -> None:
    """Give each speaker a number in the articles where it has claims and none, after a merge or its undo."""
    for speaker_id in speaker_ids:
        numbered = SpeakerNumber.objects.filter(speaker=speaker_id) | SpeakerNumber.objects.filter(
            speaker__merged_into=speaker_id
        )
        claims = Claim.objects.filter(speaker=speaker_id).exclude(article__in=numbered.values("article"))
        article_ids = sorted(set(claims.order_by().values_list("article_id", flat=True)))
        for start in range(0, len(article_ids), CHUNK):
            _number_in(article_ids[start : start + CHUNK], speaker_id)


def number_article(*, article: Article, speaker_ids: Sequence[int]) -> None:
    """Number the speakers of a draft that was just stored, and forget those that nothing refers to any more.

    `speaker_ids` are all that the article refers to, none of them merged; new ones are numbered in this
    order.
    """
    numbers = article.speaker_numbers
    given = list(numbers.values_list("speaker_id", "speaker__merged_into_id", "number"))
    needed: set[int | None] = set(speaker_ids)
    kept = [row for row in given if not needed.isdisjoint(row[:2])]
    if len(kept) < len(given):
        numbers.exclude(number__in=[number for *_, number in kept]).delete()
    known = {pk for *goes_by, _ in kept for pk in goes_by}
    last = max((number for *_, number in kept), default=0)
    _give_numbers({article.pk: [pk for pk in speaker_ids if pk not in known]}, behind=last)


def number_blank(speaker_ids: Mapping[int, Sequence[int]]) -> None:
    """Number the speakers of articles, by whose id they are, in which nobody has a number yet."""
    _give_numbers(speaker_ids, behind=0)


def _give_numbers(speaker_ids: Mapping[int, Iterable[int]], *, behind: int) -> None:
    SpeakerNumber.objects.bulk_create(
        SpeakerNumber(article_id=article_id, speaker_id=pk, number=number)
        for article_id, asked in speaker_ids.items()
        for number, pk in enumerate(asked, start=behind + 1)
    )


def _number_in(article_ids: Sequence[int], speaker_id: int) -> None:
    lasts = dict(
        SpeakerNumber.objects.filter(article__in=article_ids)
        .order_by()
        .values_list("article_id")
        .annotate(last=Max("number"))
    )
    # Not every one of these articles is locked: where somebody else takes the number first, the speaker gets
    # one with the next decision there.
    SpeakerNumber.objects.bulk_create(
        (
            SpeakerNumber(article_id=pk, speaker_id=speaker_id, number=lasts.get(pk, 0) + 1)
            for pk in article_ids
        ),
        ignore_conflicts=True,
    )
