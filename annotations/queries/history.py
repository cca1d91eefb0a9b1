"""The history of an article as people read it: each step with what it changed, in names and words.

Merges and splits of speakers belong to no article; they are listed where they moved claims of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from django.db.models import Q

from annotations.choices import ArticleState, ClaimKind, ClaimState, Region, SpanRole
from annotations.models import Article, Revision, Speaker
from annotations.queries.pages import page_of
from annotations.queries.speakers import MERGE_VERB, SPLIT_VERB

TAKE_BACK = "take back"
RE_ANNOTATE = "re-annotate"
UNDOABLE = frozenset(
    {
        "accept",
        "reject",
        "assign speaker",
        "assign chain",
        "change kind",
        "change content",
        "change cue",
        "change source",
        "change note",
        "add claim",
        "delete claim",
        RE_ANNOTATE,
        TAKE_BACK,
    }
)
"""The verbs that undo takes back."""
REVERSIBLE = UNDOABLE | {"undo", "redo"}
"""The verbs that can be taken back one by one."""

# How many changes of a step are told one by one, and how much of a text, in characters.
MOST_CHANGES = 12
SHORT = 120

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a step changed; an empty `before` or `after` is nothing.

    `claim_id` is whose it is, `number` what its card is numbered, None where the claim was deleted since.
    """

    what: str
    before: str
    after: str
    claim_id: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """A revision as it is listed.

    `ended_by` took it back and still has, `more` changes are not told, `speaker` has the page on which a
    merge or split can be undone.
    """

    revision: Revision
    changes: tuple[Change, ...]
    more: int
    ended_by: Revision | None
    can_be_taken_back: bool
    speaker: Speaker | None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Steps, newest first, and the cursors of the neighbouring pages; empty ones where there is none."""

    steps: tuple[HistoryStep, ...]
    next_cursor: str
    previous_cursor: str


def article_history(article: Article, *, claim_id: int | None = None, cursor: str = "") -> HistoryPage:
    """Return a page of the article's history, or of one claim's."""
    page = page_of(
        Revision.objects.filter(_concerning(article, claim_id)).select_related("actor", "target"),
        order=("-id",),
        cursor=cursor,
    )
    # By id, which SQLite's planner looks up; it takes the index of targets, null in nearly all, for no help.
    aimed = Revision.objects.filter(target__in=page.rows).order_by().values("pk")
    ended = Revision.objects.filter(pk__in=aimed, verb__in=("undo", TAKE_BACK))
    ended_by = {row.target_id: row for row in ended.select_related("actor").order_by("pk")}
    teller = _Teller(article, page.rows)
    steps = (_step(row, list(teller.changes_of(row)), ended_by, teller) for row in page.rows)
    return HistoryPage(tuple(steps), page.next_cursor, page.previous_cursor)


def numbers_in(article: Article) -> dict[int, int]:
    """Return the number of each claim of the article by its id, as the cards are numbered."""
    return {
        pk: number for number, pk in enumerate(article.claims.in_text_order().values_list("pk", flat=True), 1)
    }


def words_of(text: str, fields: Fields) -> str:
    """Return the content of a claim in that state, cut short."""
    return shorten(_words(text, fields, SpanRole.CONTENT), SHORT, placeholder=" …")


def _concerning(article: Article, claim_id: int | None) -> Q:
    if claim_id is not None:
        touches = Q(claim_id=claim_id) | Q(after__has_key=f"claim:{claim_id}")
        return touches & (Q(article_id=article.pk) | Q(article_id__isnull=True))
    return Q(article_id=article.pk) | Q(pk__in=_of_speakers(article))


def _of_speakers(article: Article) -> list[int]:
    """Return the ids of merges and splits, and of their undos, that moved claims of the article."""
    numbered = Speaker.objects.filter(numbers__article=article)
    concerned = Q(speaker_id__in=numbered.values("pk")) | Q(speaker_id__in=numbered.values("merged_into"))
    rows = Revision.objects.filter(concerned, article_id__isnull=True)
    rows = rows.filter(verb__in=(MERGE_VERB, SPLIT_VERB, "undo"))
    ids = {f"claim:{pk}" for pk in article.claims.values_list("pk", flat=True)}
    return [pk for pk, after in rows.values_list("pk", "after").iterator(chunk_size=50) if ids & after.keys()]


def _step(
    revision: Revision, changes: Sequence[Change], ended_by: dict[int | None, Revision], teller: "_Teller"
) -> HistoryStep:
    is_of_speakers = revision.article_id is None
    return HistoryStep(
        revision=revision,
        changes=tuple(changes[:MOST_CHANGES]),
        more=max(len(changes) - MOST_CHANGES, 0),
        ended_by=ended_by.get(revision.pk) if revision.undone_at else None,
        can_be_taken_back=not is_of_speakers and revision.verb in REVERSIBLE and not revision.undone_at,
        speaker=teller.speakers.get(revision.speaker_id or 0) if is_of_speakers else None,
    )


class _Teller:
    """Tells what revisions of one article changed."""

    def __init__(self, article: Article, revisions: Iterable[Revision]) -> None:
        self.text = article.text
        states = [state for row in revisions for state in (row.before, row.after)]
        ids = {row.speaker_id for row in revisions} | {pk for state in states for pk in _speakers_in(state)}
        self.speakers = Speaker.objects.in_bulk([pk for pk in ids if pk])
        self.names = {pk: speaker.name for pk, speaker in self.speakers.items()}
        for state in states:
            for key, fields in state.items():
                if key.startswith("speaker:") and fields and "name" in fields:
                    self.names.setdefault(int(key.partition(":")[2]), fields["name"])
        self.numbers = numbers_in(article)

    def changes_of(self, revision: Revision) -> Iterator[Change]:
        """Yield what the revision changed that people can see, claims in the order of the step first."""
        if revision.verb == "set region":
            before, after = (Region(state["region"]).label for state in (revision.before, revision.after))
            yield Change(f"Paragraph {revision.after['paragraph']}", before, after)
        for key, after in revision.after.items():
            noun, _, number = key.partition(":")
            before = revision.before.get(key)
            if noun == "claim" and (revision.article_id or int(number) in self.numbers):
                yield from self._of_claim(int(number), before, after)
        for key, after in revision.after.items():
            noun, _, number = key.partition(":")
            before = revision.before.get(key)
            if noun == "speaker":
                yield from self._of_speaker(int(number), before, after)
            elif noun == "alias" and (before is None) != (after is None):
                called = before or after or {}
                name = self._name(called["speaker_id"])
                yield Change(
                    f"Name of {name}", before["text"] if before else "", after["text"] if after else ""
                )
            elif noun == "draft" and before and after and before["pipeline"] != after["pipeline"]:
                yield Change("Pipeline", before["pipeline"], after["pipeline"])
            elif noun == "article" and before and after and before != after:
                yield Change(
                    "Article", ArticleState(before["state"]).label, ArticleState(after["state"]).label
                )

    def _of_claim(self, pk: int, before: Fields | None, after: Fields | None) -> Iterator[Change]:
        if before is None or after is None:
            content = words_of(self.text, before or after or {})
            yield Change(
                "Claim", content if before else "", content if after else "", pk, self.numbers.get(pk)
            )
            return
        for what, tell in _TOLD_OF_CLAIM.items():
            was, now = tell(self, before), tell(self, after)
            if was != now:
                yield Change(what, was, now, pk, self.numbers.get(pk))

    def _of_speaker(self, pk: int, before: Fields | None, after: Fields | None) -> Iterator[Change]:
        if before is None or after is None:
            name = self._name(pk)
            yield Change("Speaker", name if before else "", name if after else "")
        elif before.get("merged_into_id") != after.get("merged_into_id"):
            was, now = (
                self._name(fields["merged_into_id"]) if fields["merged_into_id"] else ""
                for fields in (before, after)
            )
            yield Change(f"{self._name(pk)} is merged into", was, now)

    def _name(self, pk: int | None) -> str:
        return "nobody" if pk is None else self.names.get(pk, "a speaker deleted since")

    def state(self, fields: Fields) -> str:
        """Return the state in words."""
        return ClaimState(fields["state"]).label if "state" in fields else ""

    def speaker(self, fields: Fields) -> str:
        """Return the speaker's name."""
        return self._name(fields["speaker_id"]) if "speaker_id" in fields else ""

    def kind(self, fields: Fields) -> str:
        """Return the kind in words."""
        return ClaimKind(fields["kind"]).label if "kind" in fields else ""

    def content(self, fields: Fields) -> str:
        """Return the words of the content."""
        return words_of(self.text, fields)

    def cue(self, fields: Fields) -> str:
        """Return the words of the cue."""
        return _words(self.text, fields, SpanRole.CUE)

    def source(self, fields: Fields) -> str:
        """Return the words of the source."""
        return _words(self.text, fields, SpanRole.SOURCE)

    def note(self, fields: Fields) -> str:
        """Return the note, cut short."""
        return shorten(fields.get("note", ""), SHORT, placeholder=" …")


_TOLD_OF_CLAIM = {
    "State": _Teller.state,
    "Speaker": _Teller.speaker,
    "Kind": _Teller.kind,
    "Content": _Teller.content,
    "Cue": _Teller.cue,
    "Source": _Teller.source,
    "Note": _Teller.note,
}


def _speakers_in(state: dict[str, Any]) -> Iterator[int | None]:
    """Yield the ids of the speakers that a state names."""
    for key, fields in state.items():
        if key.startswith("speaker:"):
            yield int(key.partition(":")[2])
        if isinstance(fields, dict):
            yield fields.get("speaker_id")
            yield fields.get("merged_into_id")


def _words(text: str, fields: Fields, role: SpanRole) -> str:
    pieces = fields.get("spans", {}).get(role.value, [])
    return " … ".join(text[start:end] for start, end in pieces)
