"""Which of the desk's speakers a draft's speakers are, and the making of those the desk has not met.

A full name that one speaker goes by is that speaker. Where several go by it, or where it is a surname alone,
what editors decided earlier may settle it; else it is left to the editor, with all it may mean as candidates.
"""

from bisect import insort
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from annotations.choices import SpeakerKind
from annotations.domain import history
from annotations.domain.locks import held_speakers, hold_the_speakers
from annotations.domain.speakers import NAME_LENGTH, delete_speakers
from annotations.models import Alias, Article, Candidate, Claim, Mention, Revision, Speaker
from annotations.names import normalise_name
from annotations.nlp.draft import DraftSpeaker
from annotations.nlp.names import is_acronym_of, parse_name, same_forename
from annotations.nlp.roles import role_words
from annotations.queries.namesakes import Acquaintance, Alike, acquaintances, holders_of, people_alike

MOST_CANDIDATES = 6
# Whom somebody new may be a slip for: few, since these chips come before those of the article's own speakers.
MOST_CLOSE = 2
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Match:
    """Who a draft speaker is on this desk, None where an editor has to say so.

    `candidates` are whom else it may be, likeliest first. `reason` is why, for the editor; empty where there
    is nothing to explain.
    """

    speaker: Speaker | None
    candidates: tuple[Speaker, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What speaks for the speakers that one draft speaker may be."""

    draft: DraftSpeaker
    outlet: str
    facts: Mapping[int, Acquaintance]

    def signs(self, speaker: Speaker) -> dict[str, str]:
        """Return each sign that the speaker shows, with the words that tell of it."""
        facts = self.facts[speaker.pk]
        signs = {}
        if _same_role(speaker.role, self.draft.role):
            signs["role"] = f"whom the desk knows as {speaker.role}"
        if facts.companions:
            others = " and ".join(facts.companions[:MOST_NAMED])
            signs["company"] = f"whom earlier articles name beside {others}"
        if facts.in_outlet:
            signs["outlet"] = f"whom {self.outlet} quoted before"
        # All people are of one kind; bodies are of several.
        if speaker.kind == self.draft.kind != SpeakerKind.PERSON:
            signs["kind"] = f"whom the desk knows as {SpeakerKind(speaker.kind).label.lower()}"
        return signs

    def ranked(self, speakers: Iterable[Speaker]) -> list[Speaker]:
        """Return the speakers once each, likeliest first: by role, company, outlet, kind, claims."""
        return sorted(dict.fromkeys(speakers), key=self._rank)

    def clear_one(self, contenders: Sequence[Speaker]) -> tuple[Speaker | None, str]:
        """Return the contender whom the evidence singles out, with the reason; None where it does not.

        A sign says something where one contender alone shows it. It is clear where all such signs are the
        same contender's, and they are its role or two others.
        """
        shown = {speaker.pk: self.signs(speaker) for speaker in contenders}
        telling = [
            (speaker, name)
            for speaker in contenders
            for name in shown[speaker.pk]
            if sum(name in signs for signs in shown.values()) == 1
        ]
        if len({speaker.pk for speaker, _ in telling}) != 1:
            return None, ""
        names = [name for _, name in telling]
        if "role" not in names and len(names) < 2:
            return None, ""
        winner = telling[0][0]
        return winner, f"the {winner.name} " + " and ".join(shown[winner.pk][name] for name in names)

    def _rank(self, speaker: Speaker) -> tuple[int, ...]:
        facts, signs = self.facts[speaker.pk], self.signs(speaker)
        return (
            -("role" in signs),
            -len(facts.companions),
            -facts.in_outlet,
            -("kind" in signs),
            -facts.quoted,
            speaker.pk,
        )


def speakers_for(*, article: Article, drafts: Sequence[DraftSpeaker]) -> list[Match]:
    """Return who each draft speaker of the article is, in order."""
    return speakers_of_each([(article, drafts)])[0]


def speakers_of_each(
    asked: Sequence[tuple[Article, Sequence[DraftSpeaker]]], *, is_first: bool = False
) -> list[list[Match]]:
    """Return who the draft speakers of each article are, in order: one after the other, as if alone.

    An unnamed one ("a senior official") is only ever the same within one article. Where the drafts are the
    first, the articles refer to nobody yet.
    """
    # Two workers that meet a new name at once must not both make it.
    hold_the_speakers()
    holders = holders_of(
        {
            normalise_name(draft.name)
            for _, drafts in asked
            for draft in drafts
            if draft.kind != SpeakerKind.UNNAMED
        }
    )
    return [_speakers_in(article, drafts, holders, is_first=is_first) for article, drafts in asked]


def _speakers_in(
    article: Article, drafts: Sequence[DraftSpeaker], holders: dict[str, list[Speaker]], *, is_first: bool
) -> list[Match]:
    """Return who each draft speaker is; `holders` gets whatever names are learned, for the next article."""
    unnamed = {} if is_first else _unnamed_of(article)
    matches: list[Match | None] = [None] * len(drafts)
    certain: list[tuple[Speaker, DraftSpeaker]] = []
    lessons: list[tuple[Speaker, DraftSpeaker]] = []
    for index, draft in enumerate(drafts):
        fitting = _holders(holders, draft)
        if draft.kind == SpeakerKind.UNNAMED:
            there = unnamed.get(normalise_name(draft.name))
            if there is None:
                there = _new(draft)
                lessons.append((there, draft))
            matches[index] = Match(there)
        elif len(fitting) == 1 and not _is_surname(draft):
            matches[index] = Match(fitting[0], reason=_by_other_name(fitting[0], draft))
            certain.append((fitting[0], draft))
    # Before the others are looked for, who may go by a name learned here.
    learned = _teach(certain, holders)
    open_drafts = [(index, draft) for index, draft in enumerate(drafts) if matches[index] is None]
    if open_drafts:
        # Whom the run before this one took for its own.
        own = set() if is_first else set(_mentioned_in(article))
        beside = [speaker for speaker, _ in certain]
        settled = _settled([draft for _, draft in open_drafts], article, holders, beside, own)
        for (index, draft), match in zip(open_drafts, settled, strict=True):
            matches[index] = match
            if match.speaker is not None:
                lessons.append((match.speaker, draft))
    _make(speaker for speaker, _ in lessons)
    learned += _teach(lessons, holders)
    _remember(learned, holders)
    return [match for match in matches if match is not None]


def speaker_ids_of(article: Article) -> set[int]:
    """Return the ids of the speakers that the article's mentions and claims refer to."""
    mentioned = _mentioned_in(article)
    claimed = article.claims.filter(speaker__isnull=False).values_list("speaker_id", flat=True)
    candidates = Candidate.objects.filter(claim__article=article).values_list("speaker_id", flat=True)
    return {pk for pk in (*mentioned, *claimed, *candidates) if pk is not None}


def forget_unused(speaker_ids: Iterable[int]) -> None:
    """Delete those of the speakers that are `unused`, and write down what they were.

    The caller holds the speakers as a whole.
    """
    if asked := set(speaker_ids):
        forget(unused(asked))


def forget(speaker_ids: Iterable[int]) -> dict[str, Any]:
    """Delete the speakers, write down what they were and return it, under the keys of a revision's state."""
    gone = history.speakers_by_id(speaker_ids)
    if gone:
        history.record_forgotten(gone)
        delete_speakers([int(key.partition(":")[2]) for key in gone])
    return gone


def unused(speaker_ids: Iterable[int]) -> set[int]:
    """Return those of the speakers that the pipeline made, nobody touched and nothing refers to any more.

    The caller holds the speakers as a whole.
    """
    made = Speaker.objects.filter(pk__in=set(speaker_ids), created_by__isnull=True, merged_into__isnull=True)
    # Held before they are looked at: who gives one a claim in another article has done it, or finds it gone.
    ids = set(held_speakers(made.values_list("pk", flat=True)))
    needed: set[int | None] = set(Claim.objects.filter(speaker__in=ids).values_list("speaker_id", flat=True))
    needed |= set(
        Claim.objects.filter(suggested_speaker__in=ids).values_list("suggested_speaker_id", flat=True)
    )
    needed |= set(Mention.objects.filter(speaker__in=ids).values_list("speaker_id", flat=True))
    needed |= set(Candidate.objects.filter(speaker__in=ids).values_list("speaker_id", flat=True))
    needed |= set(Speaker.objects.filter(merged_into__in=ids).values_list("merged_into_id", flat=True))
    touched = Revision.objects.filter(speaker_id__in=ids).exclude(verb=history.FORGET_SPEAKER)
    needed |= set(touched.values_list("speaker_id", flat=True))
    return ids - needed


def _settled(
    drafts: Sequence[DraftSpeaker],
    article: Article,
    holders: Mapping[str, list[Speaker]],
    beside: Collection[Speaker],
    own: Collection[int | None],
) -> list[Match]:
    """Return who these draft speakers are, of whom the name alone does not say it; new ones are not stored.

    `own` are the ids of those whom the run before this one took for the article's.
    """
    alike = people_alike({draft.name for draft in drafts if draft.kind == SpeakerKind.PERSON})
    asked = [speaker for draft in drafts for speaker in _holders(holders, draft)]
    asked += [speaker for found in alike.values() for speaker in (*found.bearers, *found.variants)]
    facts = acquaintances(asked, article=article, beside=beside)
    # A name that comes twice, spelt otherwise, is made once.
    made: dict[tuple[str, bool], Match] = {}
    matches = []
    for draft in drafts:
        key = normalise_name(draft.name), draft.kind == SpeakerKind.PERSON
        evidence = _Evidence(draft, article.outlet, facts)
        match = made.get(key) or _settle(
            evidence, _holders(holders, draft), alike.get(draft.name, Alike()), own
        )
        if match.speaker is not None:
            made[key] = match
        matches.append(match)
    return matches


def _settle(
    evidence: _Evidence, holders: Sequence[Speaker], alike: Alike, own: Collection[int | None]
) -> Match:
    """Return who the draft speaker is: one of those that hold its name, somebody new, or left open."""
    draft = evidence.draft
    bearers = [speaker for speaker in alike.bearers if speaker not in holders]
    others = [speaker for speaker in alike.variants if speaker not in holders]
    if not holders and not bearers:
        close = tuple(evidence.ranked(others)[:MOST_CLOSE])
        reason = f"{draft.name} is new to the desk, which knows {_listed(close)}" if close else ""
        return Match(_new(draft), close, reason)
    known = _best_known(holders, evidence.facts, own)
    is_known = bool(known) and (known[0].pk in own or evidence.facts[known[0].pk].is_confirmed)
    if len(known) == 1 and not bearers and (is_known or not _is_surname(draft)):
        passed_over = [speaker for speaker in evidence.ranked(holders) if speaker != known[0]]
        reason = f"the {known[0].name} whom an editor confirmed" if passed_over else ""
        return Match(
            known[0], tuple(passed_over[:MOST_CANDIDATES]), _by_other_name(known[0], draft) or reason
        )
    contenders = [*known, *bearers]
    winner, reason = evidence.clear_one(contenders)
    # Someone whose surname it is alone is never taken for it: only an editor can say so.
    taken = winner if winner in known else None
    candidates = [*evidence.ranked(contenders), *evidence.ranked([*holders, *others])]
    candidates = [speaker for speaker in dict.fromkeys(candidates) if speaker != taken][:MOST_CANDIDATES]
    if taken is None:
        reason = f"“{draft.name}” may be {_listed(candidates)}"
    return Match(taken, tuple(candidates), reason)


def _best_known(
    holders: Sequence[Speaker], facts: Mapping[int, Acquaintance], own: Collection[int | None]
) -> list[Speaker]:
    """Return those that editors confirmed, else those of an earlier run on the article, else all."""
    confirmed = [speaker for speaker in holders if facts[speaker.pk].is_confirmed]
    return confirmed or [speaker for speaker in holders if speaker.pk in own] or list(holders)


def _holders(holders: Mapping[str, list[Speaker]], draft: DraftSpeaker) -> list[Speaker]:
    """A person is no body: "Washington" the man and "Washington" the government stay two."""
    is_person = draft.kind == SpeakerKind.PERSON
    named = holders.get(normalise_name(draft.name), [])
    return [speaker for speaker in named if (speaker.kind == SpeakerKind.PERSON) == is_person]


def _is_surname(draft: DraftSpeaker) -> bool:
    """Say whether the draft knows a person by one name alone, which too many may bear."""
    return draft.kind == SpeakerKind.PERSON and not parse_name(draft.name).is_full


def _same_role(first: str, second: str) -> bool:
    one, other = role_words(first), role_words(second)
    return bool(one and other) and (one <= other or other <= one)


def _by_other_name(speaker: Speaker, draft: DraftSpeaker) -> str:
    """Return the reason where the speaker is found by a name that is not its own."""
    if normalise_name(speaker.name) == normalise_name(draft.name):
        return ""
    return f"the desk knows {speaker.name} as “{draft.name}” too"


def _listed(speakers: Sequence[Speaker]) -> str:
    """Return the first of the names, each with its role, as one reads them out."""
    names = [
        f"{speaker.name} ({speaker.role})" if speaker.role else speaker.name
        for speaker in speakers[:MOST_NAMED]
    ]
    return " or ".join([*names, "others"] if len(speakers) > MOST_NAMED else names)


def _unnamed_of(article: Article) -> dict[str, Speaker]:
    rows = Speaker.objects.current().filter(pk__in=speaker_ids_of(article), kind=SpeakerKind.UNNAMED)
    return {normalise_name(speaker.name): speaker for speaker in rows.order_by("-pk")}


def _mentioned_in(article: Article) -> QuerySet[Mention, int | None]:
    """Return the ids of the speakers that the article's mentions refer to, one for each mention."""
    return article.mentions.filter(speaker__isnull=False).order_by().values_list("speaker_id", flat=True)


def _new(draft: DraftSpeaker) -> Speaker:
    """Return a speaker made of the draft, not stored yet, which is to learn the draft's names."""
    return Speaker(name=draft.name[:NAME_LENGTH], kind=draft.kind.value, role=draft.role[:NAME_LENGTH])


def _make(speakers: Iterable[Speaker]) -> None:
    """Store those of the speakers that are new, each of which may come several times."""
    Speaker.objects.bulk_create({id(speaker): speaker for speaker in speakers if speaker.pk is None}.values())


def _teach(
    lessons: Iterable[tuple[Speaker, DraftSpeaker]], holders: Mapping[str, list[Speaker]]
) -> list[tuple[Speaker, Alias]]:
    """Add each draft's name, and the forms of it that stand for it alone, to its speaker's aliases.

    What `holders` says that the speaker goes by is there already. Returns what was added.
    """
    learned = []
    for speaker, draft in lessons:
        whole = [text for text in draft.aliases if _is_whole(text, draft)]
        forms = {normalise_name(text): text for text in (*reversed(whole), draft.name)}
        learned += [
            (
                speaker,
                Alias(speaker_id=speaker.pk, text=text[:NAME_LENGTH], normalised=normalised[:NAME_LENGTH]),
            )
            for normalised, text in forms.items()
            if normalised and speaker not in holders.get(normalised, ())
        ]
    Alias.objects.bulk_create((alias for _, alias in learned), ignore_conflicts=True)
    return learned


def _remember(learned: Iterable[tuple[Speaker, Alias]], holders: dict[str, list[Speaker]]) -> None:
    """Put the names into `holders` as `holders_of` would return them now."""
    for speaker, alias in learned:
        named = holders.setdefault(alias.normalised, [])
        if speaker.kind != SpeakerKind.UNNAMED and speaker not in named:
            insort(named, speaker, key=attrgetter("pk"))


def _is_whole(form: str, draft: DraftSpeaker) -> bool:
    """Say whether a form of the name would be understood in another article.

    A surname, an initial, a slip of the pen or a part of a body's name says who is meant only beside the
    whole name.
    """
    name, other = parse_name(draft.name), parse_name(form)
    if draft.kind != SpeakerKind.PERSON:
        return len(normalise_name(form).split()) > 1 or is_acronym_of(form, name.core)
    if not (name.is_full and other.is_full and name.last == other.last):
        return False
    return min(len(name.first), len(other.first)) > 2 and same_forename(name.first, other.first)
