"""Which of the desk's speakers a draft's speakers are, and the making of those the desk has not met."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from annotations.choices import SpeakerKind
from annotations.domain.speakers import hold_the_speakers
from annotations.models import Alias, Article, Candidate, Claim, Mention, Revision, Speaker
from annotations.names import normalise_name
from annotations.nlp.draft import DraftSpeaker


def speakers_for(*, article: Article, drafts: Sequence[DraftSpeaker]) -> list[list[Speaker]]:
    """Return, for each draft speaker in order, the desk's speakers it may be; one where that is certain.

    A speaker whom the desk knows by the same name is that one; where the desk knows several by that name,
    all are returned, and an editor decides. Anybody else becomes a new speaker. An unnamed one ("a senior
    official") is only ever the same within one article.
    """
    # Two workers that meet a new name at once must not both make it.
    hold_the_speakers()
    known = _known_by_alias(drafts)
    unnamed = _unnamed_of(article)
    found: list[list[Speaker]] = []
    for draft in drafts:
        name = normalise_name(draft.name)
        if draft.kind == SpeakerKind.UNNAMED:
            matches = unnamed.get(name, [])[:1]
        else:
            matches = [speaker for speaker in known.get(name, []) if _same_sort(speaker, draft)]
        if not matches:
            matches = [_make(draft)]
            if draft.kind != SpeakerKind.UNNAMED:
                known[name].append(matches[0])
        elif len(matches) == 1:
            _teach(matches[0], draft)
        found.append(matches)
    return found


def speaker_ids_of(article: Article) -> set[int]:
    """Return the ids of the speakers that the article's mentions and claims refer to."""
    mentioned = article.mentions.filter(speaker__isnull=False).values_list("speaker_id", flat=True)
    claimed = article.claims.filter(speaker__isnull=False).values_list("speaker_id", flat=True)
    candidates = Candidate.objects.filter(claim__article=article).values_list("speaker_id", flat=True)
    return {pk for pk in (*mentioned, *claimed, *candidates) if pk is not None}


def forget_unused(speaker_ids: Iterable[int]) -> None:
    """Delete those of the speakers that the pipeline made, nobody touched and nothing refers to any more."""
    ids = set(speaker_ids)
    needed: set[int | None] = set(Claim.objects.filter(speaker__in=ids).values_list("speaker_id", flat=True))
    needed |= set(
        Claim.objects.filter(suggested_speaker__in=ids).values_list("suggested_speaker_id", flat=True)
    )
    needed |= set(Mention.objects.filter(speaker__in=ids).values_list("speaker_id", flat=True))
    needed |= set(Candidate.objects.filter(speaker__in=ids).values_list("speaker_id", flat=True))
    needed |= set(Speaker.objects.filter(merged_into__in=ids).values_list("merged_into_id", flat=True))
    needed |= set(Revision.objects.filter(speaker_id__in=ids).values_list("speaker_id", flat=True))
    Speaker.objects.filter(pk__in=ids - needed, created_by__isnull=True, merged_into__isnull=True).delete()


def _known_by_alias(drafts: Sequence[DraftSpeaker]) -> defaultdict[str, list[Speaker]]:
    """Return the desk's current speakers by the normalised names of the drafts, in one query."""
    names = {normalise_name(draft.name) for draft in drafts if draft.kind != SpeakerKind.UNNAMED}
    rows = (
        Alias.objects.filter(normalised__in=names, speaker__merged_into__isnull=True)
        .exclude(speaker__kind=SpeakerKind.UNNAMED)
        .select_related("speaker")
        .order_by("speaker_id")
    )
    known: defaultdict[str, list[Speaker]] = defaultdict(list)
    for alias in rows:
        known[alias.normalised].append(alias.speaker)
    return known


def _unnamed_of(article: Article) -> dict[str, list[Speaker]]:
    rows = Speaker.objects.current().filter(pk__in=speaker_ids_of(article), kind=SpeakerKind.UNNAMED)
    unnamed: defaultdict[str, list[Speaker]] = defaultdict(list)
    for speaker in rows:
        unnamed[normalise_name(speaker.name)].append(speaker)
    return unnamed


def _same_sort(speaker: Speaker, draft: DraftSpeaker) -> bool:
    """A person is no body: "Washington" the man and "Washington" the government stay two."""
    return (speaker.kind == SpeakerKind.PERSON) == (draft.kind == SpeakerKind.PERSON)


def _make(draft: DraftSpeaker) -> Speaker:
    speaker = Speaker.objects.create(name=draft.name[:300], kind=draft.kind.value, role=draft.role[:300])
    _teach(speaker, draft)
    return speaker


def _teach(speaker: Speaker, draft: DraftSpeaker) -> None:
    """Add the forms of the name that the article uses to the speaker's aliases."""
    forms = {normalise_name(text): text for text in (*reversed(draft.aliases), draft.name)}
    Alias.objects.bulk_create(
        (
            Alias(speaker=speaker, text=text[:300], normalised=normalised[:300])
            for normalised, text in forms.items()
            if normalised
        ),
        ignore_conflicts=True,
    )
