"""Made-up articles with their claims, speakers and history, as rows; the same for the same seed.

How much each speaker, outlet and set has follows a power law, as it does at a desk: the most quoted of
50,000 speakers has about a fortieth of all claims, half of them have a handful.
"""

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate, chain, count
from typing import Any
from uuid import UUID

from django.db.models import Model

from annotations import models
from annotations.choices import (
    ArticleState,
    AuditEvent,
    ClaimKind,
    ClaimOrigin,
    ClaimState,
    Likeness,
    MentionForm,
    ProposalState,
    Region,
    Role,
    RunState,
    SpanRole,
    SpeakerKind,
    UploadState,
)
from annotations.names import normalise_name
from annotations.search_words import words_in
from benchmarks.bulk_rows import BulkRows

PEOPLE = 30
CLAIMS = 20  # of an article, on average
SPEAKERS_OF_AN_ARTICLE = 8
_START = datetime(2024, 1, 1, 8, tzinfo=UTC)
_OUTLETS = 40
_SENTENCES = 5_000  # of which the texts are made
_WORDS = 20_000
_NEWER = "made 2"  # the pipeline of the re-annotation

COLUMNS = {
    models.User: ("id", "username", "role", "is_active"),
    models.ArticleSet: ("id", "name"),
    models.Speaker: ("id", "name", "kind", "role", "merged_into_id", "created_at"),
    models.Alias: ("id", "speaker_id", "text", "normalised", "is_compared"),
    models.LikelyDuplicate: (
        "id",
        "one_id",
        "other_id",
        "one_alias_id",
        "other_alias_id",
        "likeness",
        "is_strong",
    ),
    models.KeptApart: ("id", "one_id", "other_id", "by_id"),
    models.Article: (
        *(
            "id",
            "title",
            "outlet",
            "byline",
            "published_on",
            "language",
            "text",
            "text_sha256",
            "source_name",
        ),
        *("source_format", "state", "failure", "pipeline", "uploaded_by_id", "created_at"),
    ),
    models.Article.sets.through: ("id", "article_id", "articleset_id"),
    models.Upload: ("id", "uploaded_by_id"),
    models.UploadItem: ("id", "upload_id", "name", "size", "spool", "state", "article_id"),
    models.AnnotationRun: ("id", "article_id", "state", "pipeline", "tries", "finished_at"),
    models.Paragraph: ("id", "article_id", "index", "start", "end", "region"),
    models.Sentence: ("id", "article_id", "paragraph_id", "index", "start", "end"),
    models.SpeakerNumber: ("id", "article_id", "speaker_id", "number"),
    models.Mention: ("id", "article_id", "speaker_id", "form", "start", "end"),
    models.Claim: (
        *("id", "article_id", "sentence_id", "start", "kind", "speaker_id", "source_form", "state", "origin"),
        *(
            "confidence",
            "reason",
            "suggested_speaker_id",
            "suggestion",
            "is_changed",
            "decided_by_id",
            "decided_at",
        ),
    ),
    models.ClaimSpan: ("id", "article_id", "claim_id", "role", "position", "start", "end"),
    models.ArticleWords: ("article_id", "words"),
    models.ClaimWords: ("claim_id", "words"),
    models.Candidate: ("id", "claim_id", "speaker_id", "position"),
    models.WorkLeft: ("article_id", "undecided", "confidence", "published_on"),
    models.Revision: (
        "id",
        "article_id",
        "claim_id",
        "speaker_id",
        "actor_id",
        "verb",
        "before",
        "after",
        "at",
    ),
    models.AuditEntry: ("id", "at", "event", "actor_id"),
    models.Reannotation: ("id", "pipeline", "requested_by_id", "reached", "is_filled"),
    models.ReannotationTally: ("id", "reannotation_id", "state", "articles", *models.COUNTED),
    models.Proposal: (
        *("id", "article_id", "reannotation_id", "state", "pipeline", "changes", "requested_by_id"),
        *models.COUNTED,
    ),
}

_FORENAMES = (
    *(
        "Ana",
        "Bo",
        "Cleo",
        "Dag",
        "Edda",
        "Finn",
        "Greta",
        "Hugo",
        "Ines",
        "Jon",
        "Kaja",
        "Lars",
        "Mira",
        "Nils",
    ),
    *(
        "Olga",
        "Per",
        "Runa",
        "Sten",
        "Tove",
        "Ulf",
        "Vera",
        "Wim",
        "Ylva",
        "Zeno",
        "Aino",
        "Birk",
        "Dora",
        "Emil",
    ),
)
_ONSETS = (
    "b",
    "br",
    "d",
    "f",
    "g",
    "gr",
    "h",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
)
_VOWELS = ("a", "e", "i", "o", "u", "ee", "ai", "ou")
_CODAS = ("", "", "n", "r", "l", "s", "t", "nd", "rk")
_CUES = ("said", "said", "said", "told reporters", "argued", "warned", "added", "wrote")
_ROLES = ("minister", "mayor", "professor", "chief executive", "spokesperson", "union leader", "resident", "")


class Desk:
    """The desk that the rows are of: its size, its words, its speakers, and the ids given so far."""

    def __init__(self, *, articles: int, seed: int) -> None:
        self.articles = articles
        self.seed = seed
        self.speakers = max(SPEAKERS_OF_AN_ARTICLE, articles // 2)
        self.sets = 10 + articles // 2_000
        # What the proposals of the one re-annotation count, by their state.
        self.proposed: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._ids: defaultdict[type[Model], Iterator[int]] = defaultdict(lambda: count(1))
        self._random = random.Random(seed)
        words = self._words()
        weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
        self.sentences = [
            " ".join(self._random.choices(words, cum_weights=weights, k=self._random.randrange(8, 24)))
            for _ in range(_SENTENCES)
        ]
        self.surnames = [self._syllables(2).capitalize() for _ in range(4_000)]
        self.outlets = [f"{self._syllables(2).capitalize()} Courier" for _ in range(_OUTLETS)]

    def next_id(self, model: type[Model]) -> int:
        """Return the id of the model's next row."""
        return next(self._ids[model])

    def name_of(self, speaker: int) -> str:
        """Return the name of the speaker with this id."""
        forename = _FORENAMES[speaker * 7 % len(_FORENAMES)]
        return f"{forename} {self.surnames[speaker * 31 % len(self.surnames)]}"

    def drawn(self, chance: random.Random, number: int) -> int:
        """Return one of 1 to `number`, the low ones far more often: the first takes the cube root's share."""
        return 1 + int(number * chance.random() ** 3)

    def _words(self) -> list[str]:
        words = {self._syllables(self._random.choice((1, 2, 2, 3))) for _ in range(2 * _WORDS)}
        return self._random.sample(sorted(words), min(_WORDS, len(words)))

    def _syllables(self, number: int) -> str:
        choice = self._random.choice
        return "".join(choice(_ONSETS) + choice(_VOWELS) + choice(_CODAS) for _ in range(number))


def rows_of_desk(desk: Desk, rows: BulkRows) -> None:
    """Add people, sets, speakers with their names, likely duplicates among them and the audit log."""
    for pk in range(1, PEOPLE + 1):
        rows.add(models.User, pk, f"person-{pk}", Role.ADMIN if pk == 1 else Role.EDITOR, True)
    for pk in range(1, desk.sets + 1):
        rows.add(models.ArticleSet, pk, f"Set {pk}")
    first_alias = {}
    for pk in range(1, desk.speakers + 1):
        name = desk.name_of(pk)
        kind = (
            SpeakerKind.UNNAMED
            if pk % 20 == 19
            else SpeakerKind.ORGANISATION
            if pk % 6 == 5
            else SpeakerKind.PERSON
        )
        merged_into = pk - 1 if pk % 100 == 50 else None
        role = _ROLES[pk % len(_ROLES)]
        rows.add(models.Speaker, pk, name, kind, role, merged_into, _START)
        if merged_into:
            continue
        first_alias[pk] = desk.next_id(models.Alias)
        rows.add(models.Alias, first_alias[pk], pk, name, normalise_name(name), True)
        if pk % 2:
            text = name.split()[-1]
            rows.add(models.Alias, desk.next_id(models.Alias), pk, text, normalise_name(text), True)
    for one in range(1, desk.speakers - 3, 40):
        other = one + 2
        pair = desk.next_id(models.LikelyDuplicate)
        aliases = first_alias[one], first_alias[other]
        rows.add(models.LikelyDuplicate, pair, one, other, *aliases, Likeness.SLIP, pair % 3 > 0)
        if pair % 10 == 0:
            rows.add(models.KeptApart, desk.next_id(models.KeptApart), one, other, 1)
    for number in range(desk.articles // 10):
        at = _START + timedelta(hours=number)
        rows.add(models.AuditEntry, number + 1, at, AuditEvent.LOGGED_IN, 1 + number % PEOPLE)


def rows_of_reannotation(desk: Desk, rows: BulkRows) -> None:
    """Add the re-annotation that the articles added before have their proposals of."""
    rows.add(models.Reannotation, 1, _NEWER, 1, desk.articles, True)
    for pk, state in enumerate(ProposalState, start=1):
        counted = desk.proposed[state]
        numbers = [counted[name] for name in ("articles", *models.COUNTED)]
        rows.add(models.ReannotationTally, pk, 1, state, *numbers)


def _words(text: str) -> list[str]:
    """Return the words of a text; no word goes on behind a space, and most pieces come again and again."""
    return list(chain.from_iterable(map(_words_of_piece, text.split())))


@cache
def _words_of_piece(piece: str) -> tuple[str, ...]:
    return tuple(words_in(piece))


def rows_of_article(desk: Desk, number: int, rows: BulkRows) -> None:
    """Add the article of this number, which is its id, with all that hangs on it."""
    _Article(desk, number, rows).add()


class _Article:
    """One article while its text is put together and its rows are added."""

    def __init__(self, desk: Desk, number: int, rows: BulkRows) -> None:
        self._desk = desk
        self._number = number
        self._rows = rows
        self._chance = random.Random(desk.seed * 1_000_003 + number)
        self._lines: list[str] = []
        self._length = 0
        self._sentences = 0
        self._undecided: list[float] = []
        self._state = self._drawn_state()
        # Drawn with replacement, so that some articles have fewer speakers.
        drawn = (desk.drawn(self._chance, desk.speakers) for _ in range(SPEAKERS_OF_AN_ARTICLE))
        # Nobody who was merged speaks any more.
        self._speakers = list(dict.fromkeys(pk - 1 if pk % 100 == 50 else pk for pk in drawn))

    def add(self) -> None:
        desk, chance, number, rows = self._desk, self._chance, self._number, self._rows
        created = _START + timedelta(minutes=5 * number)
        is_read = self._state in {ArticleState.READY, ArticleState.REVIEWED}
        title = self._sentence()[:80]
        self._line([title], Region.HEADLINE)
        # Twenty on average, in pairs of articles that make up for each other.
        claims = CLAIMS + (1 if number % 2 else -1) * ((number // 2) % 11)
        for index in range(claims):
            self._claim(index, created) if is_read else self._line([self._sentence()], Region.BODY)
            if index % 2:
                self._line([self._sentence(), self._sentence()], Region.BODY)
        self._line([f"This is article {number} of {desk.outlets[number % _OUTLETS]}."], Region.BOILERPLATE)
        text = "\n\n".join(self._lines)
        byline = f"By {desk.name_of(number % 90 + 1)}"
        outlet = desk.outlets[desk.drawn(chance, _OUTLETS) - 1]
        rows.add(
            models.Article,
            *(
                number,
                title,
                outlet,
                byline,
                self._published(created),
                "en",
                text,
            ),
            *(hashlib.sha256(text.encode()).hexdigest(), f"{number:07}.txt", "text", self._state),
            *("Pre-annotation failed three times." if self._state == ArticleState.FAILED else "",),
            *("made 1" if is_read else "", 1 + number % PEOPLE, created),
        )
        rows.add(models.ArticleWords, number, _words(f"{title} {outlet} {byline} {text}"))
        for pk in sorted({desk.drawn(chance, desk.sets), desk.drawn(chance, 3 * desk.sets)}):
            if pk <= desk.sets:
                through = models.Article.sets.through
                rows.add(through, desk.next_id(through), number, pk)
        if is_read:
            for place, speaker in enumerate(self._speakers, start=1):
                rows.add(models.SpeakerNumber, desk.next_id(models.SpeakerNumber), number, speaker, place)
        if self._undecided and self._state == ArticleState.READY:
            mean = round(sum(self._undecided) / len(self._undecided), 4)
            published = self._published(created) or date.max
            rows.add(models.WorkLeft, number, len(self._undecided), mean, published)
        self._background(created, is_read)

    def _background(self, created: datetime, is_read: bool) -> None:
        desk, number, rows = self._desk, self._number, self._rows
        upload = (number - 1) // 50 + 1
        if number % 50 == 1:
            rows.add(models.Upload, upload, 1 + upload % PEOPLE)
        spool = UUID(int=number)
        rows.add(
            models.UploadItem, number, upload, f"{number:07}.txt", 3_000, spool, UploadState.READ, number
        )
        run = RunState.DONE if is_read else RunState.FAILED
        if self._state == ArticleState.QUEUED:
            run = RunState.QUEUED
        rows.add(models.AnnotationRun, number, number, run, "made 1", 1, created)
        if is_read:
            after = {"pipeline": "made 1", "run": number}
            pk = desk.next_id(models.Revision)
            rows.add(models.Revision, pk, number, None, None, None, "pre-annotate", {}, after, created)
            self._proposal()

    def _proposal(self) -> None:
        """Add what a newer pipeline would change: one claim more in every third article, else nothing."""
        desk, number = self._desk, self._number
        is_changed = number % 3 == 0
        state = ProposalState.READY if is_changed else ProposalState.UNCHANGED
        spans = {SpanRole.CONTENT: [[0, len(self._lines[0])]], SpanRole.CUE: [], SpanRole.SOURCE: []}
        claim = {"start": 0, "speaker": "", "kind": ClaimKind.INDIRECT, "percent": 60, **spans}
        changes = {
            "added": [claim] if is_changed else [],
            **{"removed": [], "changed": [], "same": 0, "kept": 0, "held_back": 0},
        }
        is_reopened = is_changed and self._state == ArticleState.REVIEWED
        counts = {"added": int(is_changed), "reopened": int(is_reopened)}
        desk.proposed[state].update(articles=1, **counts)
        numbers = [counts.get(name, 0) for name in models.COUNTED]
        pk = desk.next_id(models.Proposal)
        self._rows.add(models.Proposal, pk, number, 1, state, _NEWER, changes, 1, *numbers)

    def _claim(self, index: int, created: datetime) -> None:
        desk, chance, rows, article = self._desk, self._chance, self._rows, self._number
        speaker = self._speakers[desk.drawn(chance, len(self._speakers)) - 1]
        name = desk.name_of(speaker)
        form = chance.choice((MentionForm.NAME, MentionForm.NAME, MentionForm.PRONOUN))
        source = name if form == MentionForm.NAME else chance.choice(("she", "he"))
        cue, content = chance.choice(_CUES), self._sentence()
        spoken = f"“{content},” {cue} {source} on the day."
        start = self._length
        first_sentence = self._line([spoken, self._sentence()], Region.BODY)
        cue_start = start + len(content) + 4
        spans = {
            SpanRole.CONTENT: (start, start + len(content) + 3),
            SpanRole.CUE: (cue_start, cue_start + len(cue)),
            SpanRole.SOURCE: (cue_start + len(cue) + 1, cue_start + len(cue) + 1 + len(source)),
        }
        mention = desk.next_id(models.Mention)
        rows.add(models.Mention, mention, article, speaker, form, *spans[SpanRole.SOURCE])
        claim = desk.next_id(models.Claim)
        state, origin = self._decision(index)
        by = None if state == ClaimState.SUGGESTED else 1 + (article + index) % PEOPLE
        at = created + timedelta(days=1, minutes=index) if by else None
        confidence = None if origin == ClaimOrigin.EDITOR else round(0.3 + 0.69 * chance.random(), 4)
        if state == ClaimState.SUGGESTED:
            self._undecided.append(confidence or 0.0)
        suggested = None if origin == ClaimOrigin.EDITOR else speaker
        if state == ClaimState.CORRECTED and origin == ClaimOrigin.PIPELINE:
            suggested = self._speakers[index % len(self._speakers)]
        kind = (ClaimKind.DIRECT, ClaimKind.DIRECT, ClaimKind.MIXED, ClaimKind.INDIRECT)[index % 4]
        stored = {role.value: [list(span)] for role, span in spans.items()}
        suggestion = None if origin == ClaimOrigin.EDITOR else {"kind": kind.value, "spans": stored}
        rows.add(
            models.Claim,
            *(claim, article, first_sentence, start, kind, speaker, form, state, origin, confidence),
            *(f"subject of {cue}", suggested, suggestion, state == ClaimState.CORRECTED, by, at),
        )
        rows.add(models.ClaimWords, claim, _words(content))
        for role, span in spans.items():
            rows.add(models.ClaimSpan, desk.next_id(models.ClaimSpan), article, claim, role, 0, *span)
        candidates = dict.fromkeys((speaker, self._speakers[index % len(self._speakers)]))
        for position, candidate in enumerate(candidates):
            rows.add(models.Candidate, desk.next_id(models.Candidate), claim, candidate, position)
        if by:
            verb = {ClaimState.ACCEPTED: "accept", ClaimState.REJECTED: "reject"}.get(state, "assign speaker")
            self._revision(claim, verb, by, at, stored, speaker, state)

    def _revision(
        self, claim: int, verb: str, by: int, at: Any, spans: dict[str, Any], speaker: int, state: str
    ) -> None:
        before = {"state": ClaimState.SUGGESTED.value, "speaker_id": speaker, "spans": spans}
        key = f"claim:{claim}"
        after = {key: {**before, "state": state}}
        pk = self._desk.next_id(models.Revision)
        self._rows.add(models.Revision, pk, self._number, claim, None, by, verb, {key: before}, after, at)

    def _line(self, sentences: list[str], region: Region) -> int:
        """Add a line of the text with its paragraph and sentences; return the id of its first sentence."""
        desk, rows, article = self._desk, self._rows, self._number
        line = " ".join(sentences)
        start, end = self._length, self._length + len(line)
        self._lines.append(line)
        paragraph = desk.next_id(models.Paragraph)
        rows.add(models.Paragraph, paragraph, article, len(self._lines), start, end, region)
        ids = []
        for sentence in sentences:
            self._sentences += 1
            ids.append(desk.next_id(models.Sentence))
            end = start + len(sentence)
            rows.add(models.Sentence, ids[-1], article, paragraph, self._sentences, start, end)
            start = end + 1
        self._length += len(line) + 2
        return ids[0]

    def _sentence(self) -> str:
        """Return words without a stop."""
        return self._desk.sentences[int(self._chance.random() * _SENTENCES)].capitalize()

    def _drawn_state(self) -> ArticleState:
        draw = self._chance.random()
        if draw < 0.55:
            return ArticleState.REVIEWED
        if draw < 0.985:
            return ArticleState.READY
        return ArticleState.QUEUED if draw < 0.99 else ArticleState.FAILED

    def _decision(self, index: int) -> tuple[ClaimState, ClaimOrigin]:
        """Return what became of a claim: nearly all are decided in a reviewed article, a few in others."""
        draw = self._chance.random()
        is_open = self._state == ArticleState.READY and (self._number % 5 or index > 5)
        if is_open or draw < 0.01:
            return ClaimState.SUGGESTED, ClaimOrigin.PIPELINE
        if draw < 0.70:
            return ClaimState.ACCEPTED, ClaimOrigin.PIPELINE
        if draw < 0.90:
            return ClaimState.CORRECTED, ClaimOrigin.PIPELINE
        if draw < 0.97:
            return ClaimState.REJECTED, ClaimOrigin.PIPELINE
        return ClaimState.ACCEPTED, ClaimOrigin.EDITOR

    def _published(self, created: datetime) -> date | None:
        return None if self._number % 50 == 0 else (created - timedelta(days=1)).date()
