"""What a draft leaves in an article beside its claims, as a state that a revision keeps and undo writes back.

It is the pipeline's name, the regions and sentences, the mentions, the numbers of the speakers, and whom each
of the step's claims may belong to. Mentions and candidates keep their ids, as every row does that a revision
names. What an editor said a paragraph is stays, whatever the state says.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from annotations.choices import MentionForm
from annotations.domain import numbering
from annotations.models import (
    Article,
    Candidate,
    Claim,
    Mention,
    Paragraph,
    Sentence,
    Speaker,
    SpeakerNumber,
)

Fields = dict[str, Any]


def key_of(article: Article) -> str:
    """Return the key of this state in a revision."""
    return f"draft:{article.pk}"


def state_of(article: Article, claim_ids: Iterable[int]) -> Fields:
    """Return the state as it is in the database, with the candidates of these claims."""
    ids = sorted(claim_ids)
    candidates: dict[str, list[list[int]]] = {str(pk): [] for pk in ids}
    rows = Candidate.objects.filter(claim__in=ids).order_by("claim", "position", "pk")
    for pk, claim_id, speaker_id, position in rows.values_list("pk", "claim_id", "speaker_id", "position"):
        candidates[str(claim_id)].append([pk, speaker_id, position])
    return {
        "pipeline": article.pipeline,
        "regions": _lists(article.paragraphs.values_list("index", "region")),
        "sentences": _lists(article.sentences.values_list("start", "end", "paragraph__index")),
        "mentions": _lists(
            article.mentions.order_by("pk").values_list("pk", "start", "end", "form", "speaker_id")
        ),
        "numbers": _lists(article.speaker_numbers.values_list("speaker_id", "number")),
        "candidates": candidates,
    }


def is_as_left(article: Article, left: Fields) -> bool:
    """Say whether no other draft was stored since; that speakers were merged or split is nothing of it."""
    now = state_of(article, ())
    return all(now[part] == left[part] for part in ("pipeline", "sentences")) and _places(now) == _places(
        left
    )


def speakers_named(fields: Fields) -> set[int]:
    """Return the ids of the speakers that the state names."""
    return speakers_needed(fields) | {speaker for speaker, _ in fields["numbers"]}


def speakers_needed(fields: Fields) -> set[int]:
    """Return the ids of the speakers whom its mentions and candidates are."""
    named = {speaker for *_, speaker in fields["mentions"] if speaker}
    return named | {speaker for rows in fields["candidates"].values() for _, speaker, _ in rows}


def write(article: Article, fields: Fields, *, lives_on: Mapping[int, int]) -> None:
    """Write the state back, after the claims were; `lives_on` says under which id each speaker is now."""
    article.pipeline = fields["pipeline"]
    article.save(update_fields=["pipeline", "updated_at"])
    _write_layout(article, fields)
    article.mentions.all().delete()
    Mention.objects.bulk_create(
        Mention(
            pk=pk,
            article=article,
            start=start,
            end=end,
            form=MentionForm(form).value,
            speaker_id=lives_on.get(speaker),
        )
        for pk, start, end, form, speaker in fields["mentions"]
    )
    _write_candidates(fields["candidates"], lives_on)
    _write_numbers(article, fields["numbers"])


def _write_layout(article: Article, fields: Fields) -> None:
    regions = dict(fields["regions"])
    paragraphs = {paragraph.index: paragraph for paragraph in article.paragraphs.all()}
    changed = [
        paragraph
        for index, paragraph in paragraphs.items()
        if paragraph.set_by_id is None and regions.get(index, paragraph.region) != paragraph.region
    ]
    for paragraph in changed:
        paragraph.region = regions[paragraph.index]
    Paragraph.objects.bulk_update(changed, ["region"])
    if _lists(article.sentences.values_list("start", "end", "paragraph__index")) == fields["sentences"]:
        return
    article.sentences.all().delete()
    sentences = Sentence.objects.bulk_create(
        Sentence(article=article, paragraph=paragraphs[paragraph], index=index, start=start, end=end)
        for index, (start, end, paragraph) in enumerate(fields["sentences"], start=1)
    )
    place_claims(article, sentences)


def place_claims(article: Article, sentences: Collection[Sentence]) -> None:
    """Point each of the article's claims to the sentence that it starts in."""
    claims = list(article.claims.order_by("start"))
    following = iter([*sentences, None])
    here, ahead = None, next(following)
    for claim in claims:
        while ahead is not None and ahead.start <= claim.start:
            here, ahead = ahead, next(following)
        claim.sentence = here
    Claim.objects.bulk_update(claims, ["sentence"])


def _write_candidates(candidates: Mapping[str, list[list[int]]], lives_on: Mapping[int, int]) -> None:
    there = set(Claim.objects.filter(pk__in=map(int, candidates)).values_list("pk", flat=True))
    Candidate.objects.filter(claim__in=there).delete()
    # Two that were merged since are one candidate.
    Candidate.objects.bulk_create(
        (
            Candidate(pk=pk, claim_id=int(claim_id), speaker_id=lives_on[speaker], position=position)
            for claim_id, rows in candidates.items()
            if int(claim_id) in there
            for pk, speaker, position in rows
            if speaker in lives_on
        ),
        ignore_conflicts=True,
    )


def _write_numbers(article: Article, numbers: list[list[int]]) -> None:
    """Give the speakers the numbers that they had; who has come since follows behind."""
    before = list(article.speaker_numbers.values_list("speaker_id", flat=True))
    speakers = set(Speaker.objects.filter(pk__in=[pk for pk, _ in numbers]).values_list("pk", flat=True))
    article.speaker_numbers.all().delete()
    SpeakerNumber.objects.bulk_create(
        SpeakerNumber(article=article, speaker_id=pk, number=number)
        for pk, number in numbers
        if pk in speakers
    )
    needed = article.claims.filter(speaker__in=before).values_list("speaker_id", flat=True)
    numbering.number_speakers(article_id=article.pk, speaker_ids=[pk for pk in before if pk in set(needed)])


def _lists(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    """Return rows as JSON brings them back."""
    return [list(row) for row in rows]


def _places(fields: Fields) -> list[list[Any]]:
    return [row[:-1] for row in fields["mentions"]]
