"""The decisions an editor makes about claims.

Each verb is one transaction that holds the article, refuses a form made for an older version of the claim,
and leaves one revision. A request that was already done, told by its key, changes nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from annotations.choices import ArticleState, ClaimKind, ClaimOrigin, ClaimState, SpanRole
from annotations.domain import history, learning, speakers
from annotations.domain.history import State
from annotations.domain.spans import contents_of, pieces_of
from annotations.models import Article, Claim, Revision, Speaker, User
from annotations.nlp.draft import Span
from annotations.nlp.forms import claim_kind, mention_form
from annotations.queries.speakers import match_speakers

Pieces = Sequence[tuple[int, int]]


class StaleClaim(Exception):
    """Somebody changed the claim after the form was made. Show the person `claim` as it is now."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(f"{claim} was changed meanwhile")
        self.claim = claim


class ClaimGone(Exception):
    """Somebody deleted the claim after the form was made."""


class NotYours(Exception):
    """Only the person who added a claim may delete it; anybody may reject it."""


@dataclass(slots=True)
class Change:
    """A verb under way: the claim it changes, and what else its revision must remember."""

    article: Article
    before: State
    was_open: bool
    claim_ids: set[int] = field(default_factory=set)
    speaker_ids: set[int] = field(default_factory=set)
    alias_ids: set[int] = field(default_factory=set)


def accept_claim(*, claim: Claim, by: User, version: int, request_key: str = "") -> Claim:
    """Say that the claim is right as it stands; one that was changed counts as corrected."""
    with _deciding("accept", claim, by, version, request_key) as held:
        if held:
            held.state = (ClaimState.CORRECTED if held.is_changed else ClaimState.ACCEPTED).value
    return _again(claim)


def reject_claim(*, claim: Claim, by: User, version: int, request_key: str = "") -> Claim:
    """Say that this is no claim."""
    with _deciding("reject", claim, by, version, request_key) as held:
        if held:
            held.state = ClaimState.REJECTED.value
    return _again(claim)


def assign_speaker(
    *, claim: Claim, speaker: Speaker | None, by: User, version: int, request_key: str = ""
) -> Claim:
    """Give the claim to a speaker of the desk, or to nobody; a merged speaker stands for its survivor.

    Where that corrects who is meant by a name, the speaker is known by that name from then on.
    """
    with _changing(claim.article_id, by, request_key, claims=[claim.pk]) as change:
        if change:
            held = _held(claim, version)
            _give(held, _survivor(speaker) if speaker else None, change, by, request_key)
    return _again(claim)


def assign_name(*, claim: Claim, name: str, by: User, version: int, request_key: str = "") -> Claim:
    """Give the claim to the speaker of that name; a name the desk does not know makes a new speaker.

    Where the desk knows several by that name, the one of the claim's own candidates wins, then the oldest.
    """
    with _changing(claim.article_id, by, request_key, claims=[claim.pk]) as change:
        if change:
            held = _held(claim, version)
            known = match_speakers(name)
            candidates = set(held.candidates.values_list("speaker_id", flat=True))
            likely = [speaker for speaker in known if speaker.pk in candidates] or known
            speaker = _survivor(likely[0]) if likely else speakers.create_speaker(name=name, by=by)
            if not likely:
                change.speaker_ids.add(speaker.pk)
                change.before[f"speaker:{speaker.pk}"] = None
            _give(held, speaker, change, by, request_key)
    return _again(claim)


def change_kind(*, claim: Claim, kind: ClaimKind, by: User, version: int, request_key: str = "") -> Claim:
    """Say what kind the claim is."""
    with _deciding("change kind", claim, by, version, request_key) as held:
        if held:
            held.kind = kind.value
            _settle(held)
    return _again(claim)


def change_spans(
    *, claim: Claim, role: SpanRole, spans: Pieces, by: User, version: int, request_key: str = ""
) -> Claim:
    """Put other spans in the place of the claim's content, cue or source.

    New content brings its kind and its place in the text with it; a new source its form. No spans take
    the cue or the source away. Raises SpanError where the spans do not fit the article.
    """
    article = claim.article
    pieces = contents_of(article, spans) if role == SpanRole.CONTENT else pieces_of(article.text, spans)
    with _deciding(f"change {role.value}", claim, by, version, request_key) as held:
        if held:
            history.write_spans(held, role, [(piece.start, piece.end) for piece in pieces])
            if role == SpanRole.CONTENT:
                _place(held, article, pieces)
            elif role == SpanRole.SOURCE:
                held.source_form = _form(article.text, pieces)
            _settle(held)
    return _again(claim)


def change_note(*, claim: Claim, note: str, by: User, version: int, request_key: str = "") -> Claim:
    """Keep a remark with the claim; it decides nothing."""
    with _changing(claim.article_id, by, request_key, claims=[claim.pk]) as change:
        if change:
            held = _held(claim, version)
            held.note = note
            held.version += 1
            held.save(update_fields=["note", "version"])
            _finish("change note", change, by, request_key, claim_id=held.pk)
    return _again(claim)


def add_claim(*, article: Article, content: Pieces, by: User, request_key: str = "") -> Claim:
    """Add a claim that the pipeline did not find; it starts accepted, without speaker, cue and source.

    Raises SpanError where the content does not fit the article. A repeated request gives the same claim;
    where it was deleted since, ClaimGone is raised.
    """
    pieces = contents_of(article, content)
    with _changing(article.pk, by, request_key) as change:
        if change is None:
            done = Revision.objects.get(actor=by, request_key=request_key)
            return _again(Claim(pk=done.claim_id))
        claim = Claim(
            article=article,
            origin=ClaimOrigin.EDITOR.value,
            state=ClaimState.ACCEPTED.value,
            created_by=by,
            decided_by=by,
            decided_at=timezone.now(),
        )
        _place(claim, article, pieces)
        claim.save()
        history.write_spans(claim, SpanRole.CONTENT, [(piece.start, piece.end) for piece in pieces])
        change.before[f"claim:{claim.pk}"] = None
        change.claim_ids.add(claim.pk)
        _finish("add claim", change, by, request_key, claim_id=claim.pk)
    return claim


def delete_claim(*, claim: Claim, by: User, version: int, request_key: str = "") -> None:
    """Delete a claim of one's own. Raises NotYours for the pipeline's and other people's."""
    with _changing(claim.article_id, by, request_key, claims=[claim.pk]) as change:
        if change:
            held = _held(claim, version)
            if held.created_by_id != by.pk:
                raise NotYours
            number = held.pk
            held.delete()
            _finish("delete claim", change, by, request_key, claim_id=number)


@contextmanager
def _changing(
    article_id: int, by: User, request_key: str, *, claims: Sequence[int] = ()
) -> Iterator[Change | None]:
    """Hold the article for one verb and remember the state before; None where the request was done before."""
    with transaction.atomic():
        # One lock an article, taken first by every verb: no two can deadlock, and requests that come twice
        # at the same moment come one after the other.
        article = Article.objects.select_for_update().get(pk=article_id)
        if request_key and Revision.objects.filter(actor=by, request_key=request_key).exists():
            yield None
            return
        yield Change(
            article=article,
            before=history.state_of(article=article, claim_ids=claims),
            was_open=article.claims.undecided().exists(),
            claim_ids=set(claims),
        )


@contextmanager
def _deciding(verb: str, claim: Claim, by: User, version: int, request_key: str) -> Iterator[Claim | None]:
    """Hold the claim for a verb that changes its fields and counts as a decision."""
    with _changing(claim.article_id, by, request_key, claims=[claim.pk]) as change:
        if change is None:
            yield None
            return
        held = _held(claim, version)
        yield held
        _save(held, by)
        _finish(verb, change, by, request_key, claim_id=held.pk)


def _give(claim: Claim, speaker: Speaker | None, change: Change, by: User, request_key: str) -> None:
    """Change the claim's speaker, take back what the claim taught before, and learn from it anew."""
    if claim.speaker != speaker:
        for alias in learning.taught_by(claim):
            change.before[f"alias:{alias.pk}"] = history.alias_state(alias)
            change.alias_ids.add(alias.pk)
            alias.delete()
    claim.speaker = speaker
    _settle(claim)
    _save(claim, by)
    learned = learning.learn_name(claim=claim)
    if learned:
        change.before[f"alias:{learned.pk}"] = None
        change.alias_ids.add(learned.pk)
    _finish("assign speaker", change, by, request_key, claim_id=claim.pk)


def _held(claim: Claim, version: int) -> Claim:
    held = Claim.objects.filter(pk=claim.pk).prefetch_related("spans").first()
    if held is None:
        raise ClaimGone
    if held.version != version:
        raise StaleClaim(held)
    return held


def _survivor(speaker: Speaker) -> Speaker:
    """Return the speaker, or the one it was merged into, held so that no merge comes in between."""
    held = Speaker.objects.select_for_update(no_key=True).get(pk=speaker.pk)
    return held.merged_into or held


def _save(claim: Claim, by: User) -> None:
    claim.decided_by, claim.decided_at = by, timezone.now()
    claim.version += 1
    claim.save()


def _settle(claim: Claim) -> None:
    """Work out whether the claim still is what the pipeline suggested, and its state from that."""
    if claim.origin != ClaimOrigin.PIPELINE or claim.suggestion is None:
        claim.state = ClaimState.ACCEPTED.value
        return
    spans = history.claim_state(Claim.objects.prefetch_related("spans").get(pk=claim.pk))["spans"]
    is_same = (
        claim.speaker_id == history.current_speaker_id(claim.suggested_speaker_id)
        and claim.kind == claim.suggestion["kind"]
        and spans == claim.suggestion["spans"]
    )
    claim.is_changed = not is_same
    claim.state = (ClaimState.ACCEPTED if is_same else ClaimState.CORRECTED).value


def _place(claim: Claim, article: Article, pieces: Sequence[Span]) -> None:
    claim.start = pieces[0].start
    claim.kind = claim_kind(article.text, pieces).value
    claim.sentence = history.sentence_at(article, claim.start)


def _form(text: str, pieces: Sequence[Span]) -> str:
    return mention_form(pieces[0].of(text)).value if pieces else ""


def _finish(verb: str, change: Change, by: User, request_key: str, *, claim_id: int) -> None:
    """Bring the article's state up to date and write the revision."""
    _follow_claims(change)
    history.record(
        verb=verb,
        by=by,
        article=change.article,
        claim_id=claim_id,
        before=change.before,
        after=history.state_of(
            article=change.article,
            claim_ids=change.claim_ids,
            speaker_ids=change.speaker_ids,
            alias_ids=change.alias_ids,
        ),
        request_key=request_key,
    )


def _follow_claims(change: Change) -> None:
    """Close the article when its last undecided claim was decided; open it when one is undecided again."""
    article = change.article
    is_open = article.claims.undecided().exists()
    if article.state == ArticleState.READY and change.was_open and not is_open:
        article.state = ArticleState.REVIEWED.value
    elif article.state == ArticleState.REVIEWED and is_open:
        article.state = ArticleState.READY.value
    else:
        return
    article.save(update_fields=["state", "updated_at"])


def _again(claim: Claim) -> Claim:
    """Return the claim as stored. Raises ClaimGone where it is not there any more."""
    stored = Claim.objects.filter(pk=claim.pk).first()
    if stored is None:
        raise ClaimGone
    return stored
