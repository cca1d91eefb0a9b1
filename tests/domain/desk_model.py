"""What the verbs, undo, redo, merges and splits promise, said a second time in plain Python.

The model holds claims, redirects and article states, and the steps that were taken. It is told of each verb
that went through and works out by itself what has to be stored now; tests compare the two. Names are left
out: `tests.replay` holds them against the revisions.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotations.choices import ArticleState, ClaimOrigin, ClaimState
from annotations.domain import history
from annotations.models import Article, Claim, Revision, Speaker
from annotations.queries.history import REVERSIBLE, TAKE_BACK, UNDOABLE

Fields = dict[str, Any]
OPEN = ClaimState.SUGGESTED.value
MODELLED = (
    "article_id",
    "start",
    "speaker_id",
    "kind",
    "state",
    "is_changed",
    "note",
    "decided_by_id",
    "decided_at",
    "created_by_id",
)


@dataclass(slots=True)
class Step:
    """A step in an article: what each claim was before it and after, and which step it is about."""

    pk: int
    by: int
    article: int
    verb: str
    before: dict[int, Fields | None]
    after: dict[int, Fields | None]
    target: "Step | None" = None
    is_undone: bool = False
    repeats: list["Step"] = field(default_factory=list)


@dataclass(slots=True)
class Move:
    """A merge or a split: who gave, who took, and what moved, as it was and as it was left."""

    source: int
    target: int
    before: dict[int, Fields]
    after: dict[int, Fields]
    redirects: set[int]
    is_undone: bool = False


class DeskModel:
    """The desk as it has to be."""

    def __init__(self) -> None:
        self.claims = stored_claims()
        self.articles = stored_articles()
        self.redirects = stored_redirects()
        self.suggested = {
            claim.pk: (claim.suggested_speaker_id, claim.suggestion["kind"], claim.suggestion["spans"])
            for claim in Claim.objects.filter(origin=ClaimOrigin.PIPELINE)
            if claim.suggestion
        }
        self.steps: list[Step] = []
        self.moves: dict[int, Move] = {}
        self.versions = dict(Claim.objects.values_list("pk", "version"))
        self.speakers: set[int] = set()
        self.settle()

    def settle(self) -> None:
        """Take over what the model does not work out: which speakers there are after a step."""
        self.speakers = set(Speaker.objects.values_list("pk", flat=True))

    def differences(self) -> list[str]:
        """Compare the model with the database; return a line for each row that is not as it has to be."""
        pairs: Iterable[tuple[str, Mapping[int, Any], Mapping[int, Any]]] = (
            ("claim", self.claims, stored_claims()),
            ("article", self.articles, stored_articles()),
            ("redirect", self.redirects, stored_redirects()),
        )
        return [
            f"{noun} {pk}: has to be {told.get(pk)}, is {found.get(pk)}"
            for noun, told, found in pairs
            for pk in sorted(told.keys() | found.keys())
            if told.get(pk) != found.get(pk)
        ]

    def unraised_versions(self, before: Mapping[int, Fields]) -> list[int]:
        """Return the claims that changed since `before` without a version above all that pages saw."""
        versions = dict(Claim.objects.values_list("pk", "version"))
        changed = [pk for pk, fields in self.claims.items() if pk in versions and before.get(pk) != fields]
        wrong = [pk for pk in changed if versions[pk] <= self.versions.get(pk, 0)]
        for pk, version in versions.items():
            self.versions[pk] = max(version, self.versions.get(pk, 0))
        return wrong

    def living(self, speaker: int | None) -> int | None:
        """Return whom the speaker is merged into, or the speaker, None where it is not there."""
        return self.redirects.get(speaker, speaker) if speaker in self.speakers else None

    # Verbs

    def decide(
        self, row: Revision, claim: int, change: Callable[[Fields], None], *, decides: bool = True
    ) -> None:
        """One claim was changed: `change` does it to its fields."""
        fields = dict(self.claims[claim])
        change(fields)
        if decides:
            fields |= _decided(row, claim)
        self._step(row, {claim: fields})

    def settled(self, claim: int, fields: Fields) -> None:
        """Say whether the fields still are what was suggested."""
        if claim not in self.suggested:
            fields["state"] = ClaimState.ACCEPTED.value
            return
        speaker, kind, spans = self.suggested[claim]
        is_same = (fields["speaker_id"], fields["kind"], fields["spans"]) == (
            self.living(speaker),
            kind,
            spans,
        )
        fields["is_changed"] = not is_same
        fields["state"] = (ClaimState.ACCEPTED if is_same else ClaimState.CORRECTED).value

    def add(self, row: Revision, fields: Fields) -> None:
        """A claim was added."""
        self._step(row, {row.claim_id or 0: fields})

    def delete(self, row: Revision) -> None:
        """A claim was deleted."""
        self._step(row, {row.claim_id or 0: None})

    def give_chain(self, row: Revision, claims: Collection[int], speaker: int) -> None:
        """Claims were given to one speaker."""
        given = {}
        for pk in claims:
            given[pk] = {**self.claims[pk], "speaker_id": self.living(speaker), **_decided(row, pk)}
            self.settled(pk, given[pk])
        self._step(row, given)

    # Steps back and forth

    def undo(self, by: int, article: int) -> tuple[Step, dict[int, Fields | None]] | None:
        """Return the step of theirs that undo has to take back, with what its claims become."""
        for step in reversed(self.steps):
            is_theirs = (step.by, step.article) == (by, article) and step.verb in UNDOABLE
            if is_theirs and not step.is_undone and (back := self._back(step)):
                return step, back
        return None

    def redo(self, by: int, article: int) -> tuple[Step, dict[int, Fields | None]] | None:
        """Return the undo that redo has to reverse, with what its claims become."""
        theirs = [step for step in self.steps if (step.by, step.article) == (by, article)]
        last = {id(step.target): step for step in self.steps if step.target}
        undone = [
            step
            for step in theirs
            if step.verb == "undo" and not step.is_undone and last[id(step.target)] is step
        ]
        if not undone or any(step.verb in UNDOABLE and step.pk > undone[-1].pk for step in theirs):
            return None
        back = self._back(undone[-1])
        return (undone[-1], back) if back else None

    def take_back(self, pk: int) -> dict[int, Fields | None] | None:
        """Return what the claims of a step become, None where it has to be refused."""
        step = next((step for step in self.steps if step.pk == pk), None)
        if step is None or step.is_undone or step.verb not in REVERSIBLE:
            return None
        return self._back(step, is_whole=True)

    def reverse(self, row: Revision, step: Step, back: dict[int, Fields | None]) -> None:
        """A step was taken back, or with redo the undo of one."""
        made = self._step(row, back, target=step.target if row.verb == "redo" else step)
        if row.verb == "redo" and made.target:
            made.target.repeats.append(made)
            self._mark(made.target, is_undone=False)
        else:
            self._mark(step, is_undone=True)

    def _back(self, step: Step, *, is_whole: bool = False) -> dict[int, Fields | None]:
        """Return what the claims that still are as the step left them become; nothing where none is."""
        last = step.repeats[-1] if step.repeats else step
        wanted = step.target.after if step.verb == "undo" and step.target else step.before
        as_left = [pk for pk, left in last.after.items() if self._same(self.claims.get(pk), left)]
        if is_whole and len(as_left) < len(last.after):
            return {}
        # A speaker that is there no more comes back with the claim that needs it.
        return {pk: self._living_fields(wanted.get(pk), comes_back=True) for pk in as_left}

    def _same(self, one: Fields | None, other: Fields | None) -> bool:
        return self._living_fields(one) == self._living_fields(other)

    def _living_fields(self, fields: Fields | None, *, comes_back: bool = False) -> Fields | None:
        if fields is None:
            return None
        speaker = fields["speaker_id"]
        return {**fields, "speaker_id": self.living(speaker) or (speaker if comes_back else None)}

    def _mark(self, step: Step, *, is_undone: bool) -> None:
        step.is_undone = is_undone
        if step.target:
            is_against = step.verb in {"undo", TAKE_BACK}
            self._mark(step.target, is_undone=is_undone != is_against)

    # Merges and splits

    def merge(self, row: Revision, source: int, target: int) -> None:
        """A speaker was merged into another."""
        redirects = {pk for pk, into in self.redirects.items() if into == source}
        before = {pk: fields for pk, fields in self.claims.items() if fields["speaker_id"] == source}
        after = {pk: {**fields, "speaker_id": target} for pk, fields in before.items()}
        self.moves[row.pk] = Move(source, target, before, after, redirects)
        self.claims |= after
        self.redirects |= dict.fromkeys([*redirects, source], target)

    def undo_merge(self, merge: int) -> None:
        """A merge was taken back: what still is where it was put goes back, wherever that lives on."""
        move = self.moves[merge]
        survivor = self.living(move.target)
        move.is_undone = True
        del self.redirects[move.source]
        for pk in move.after:
            if pk in self.claims and self.claims[pk]["speaker_id"] == survivor:
                self.claims[pk] = {**self.claims[pk], "speaker_id": move.source}
        for pk in move.redirects:
            if self.redirects.get(pk) == survivor:
                self.redirects[pk] = move.source

    def split(self, row: Revision, source: int, target: int, claims: Collection[int]) -> None:
        """Claims of a speaker went to another; what was accepted as suggested is a correction now."""
        before = {pk: self.claims[pk] for pk in claims}
        after = {}
        for pk, fields in before.items():
            after[pk] = {**fields, "speaker_id": target}
            is_suggested = pk in self.suggested and self.living(self.suggested[pk][0]) == target
            if pk in self.suggested and fields["state"] == ClaimState.ACCEPTED and not is_suggested:
                after[pk] |= {"state": ClaimState.CORRECTED.value, "is_changed": True}
        self.moves[row.pk] = Move(source, target, before, after, set())
        self.claims |= after

    def undo_split(self, split: int) -> None:
        """A split was taken back: what the taker still has goes back, with its state unless that changed."""
        move = self.moves[split]
        owner, holder = self.living(move.source), self.living(move.target)
        move.is_undone = True
        for pk, left in move.after.items():
            now = self.claims.get(pk)
            if now is None or now["speaker_id"] != holder:
                continue
            state = {name: now[name] for name in ("state", "is_changed")}
            if state == {name: left[name] for name in state}:
                state = {name: move.before[pk][name] for name in state}
            self.claims[pk] = {**now, **state, "speaker_id": owner}

    # What every step does

    def _step(self, row: Revision, changes: Mapping[int, Fields | None], target: Step | None = None) -> Step:
        article = row.article_id or 0
        was_open = self._is_open(article)
        before = {pk: self.claims.get(pk) for pk in changes}
        for pk, fields in changes.items():
            if fields is None:
                self.claims.pop(pk, None)
            else:
                self.claims[pk] = fields
        step = Step(row.pk, row.actor_id or 0, article, row.verb, before, dict(changes), target)
        self.steps.append(step)
        is_open = self._is_open(article)
        if self.articles[article] == ArticleState.READY and was_open and not is_open:
            self.articles[article] = ArticleState.REVIEWED.value
        elif is_open:
            self.articles[article] = ArticleState.READY.value
        return step

    def _is_open(self, article: int) -> bool:
        return any(
            fields["state"] == OPEN for fields in self.claims.values() if fields["article_id"] == article
        )


def _decided(row: Revision, claim: int) -> Fields:
    """Return who decided, and when as it is stored: the moment is nothing that could be worked out."""
    moment = Claim.objects.values_list("decided_at", flat=True).get(pk=claim)
    return {"decided_by_id": row.actor_id, "decided_at": moment}


def stored_claims() -> dict[int, Fields]:
    """Return the modelled fields of each claim that is stored."""
    return {
        claim.pk: {
            **{name: getattr(claim, name) for name in MODELLED},
            "spans": {
                role: [list(span) for span in spans] for role, spans in history.spans_by_role(claim).items()
            },
        }
        for claim in Claim.objects.prefetch_related("spans")
    }


def stored_articles() -> dict[int, str]:
    """Return the state of each article that is stored."""
    return dict(Article.objects.values_list("pk", "state"))


def stored_redirects() -> dict[int | None, int]:
    """Return whom each merged speaker that is stored was merged into."""
    merged = Speaker.objects.filter(merged_into__isnull=False)
    return {pk: into for pk, into in merged.values_list("pk", "merged_into_id") if into}
