"""The decisions an editor makes about claims.

Each verb is one step as `steps` has it. All raise StaleClaim and ClaimGone of that module, and ArticleGone of
`locks`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from django.utils import timezone

from annotations.choices import ClaimKind, ClaimOrigin, ClaimState, SpanChange, SpanRole
from annotations.domain import history, learning, speakers
from annotations.domain.locks import hold_the_speakers
from annotations.domain.spans import Pairs, check_content, pieces_after, pieces_of, selected
from annotations.domain.steps import (
    Change,
    SpeakerGone,
    again,
    changing,
    finish,
    held_claim,
    save_decision,
    settle,
    survivor,
)
from annotations.models import Article, Claim, Revision, Speaker, User
from annotations.nlp.draft import Span
from annotations.nlp.forms import claim_kind, mention_form
from annotations.queries.speakers import match_speakers
from annotations.queries.texts import text_of


class NotYours(Exception):
    """Only the person who added a claim may delete it; anybody may reject it."""


def accept_claim(*, claim: Claim, by: User, version: int, request_key: str = "") -> Claim:
    """Say that the claim is right as it stands; one that was changed counts as corrected."""
    with _deciding("accept", claim, by, version, request_key) as held:
        if held:
            held.state = (ClaimState.CORRECTED if held.is_changed else ClaimState.ACCEPTED).value
    return held or again(claim)


def reject_claim(*, claim: Claim, by: User, version: int, request_key: str = "") -> Claim:
    """Say that this is no claim."""
    with _deciding("reject", claim, by, version, request_key) as held:
        if held:
            held.state = ClaimState.REJECTED.value
    return held or again(claim)


def assign_speaker(
    *, claim: Claim, speaker: Speaker | None, by: User, version: int, request_key: str = ""
) -> Claim:
    """Give the claim to a speaker of the desk, or to nobody; a merged speaker stands for its survivor.

    Where that corrects who is meant by a name, the speaker is known by that name from then on. Raises
    SpeakerGone of `steps`.
    """
    with changing(claim.article_id, by, request_key, claims=[claim.pk]) as change:
        if change:
            held = held_claim(claim, version, change)
            _give(held, survivor(speaker) if speaker else None, change, by, request_key)
            return held
    return again(claim)


def assign_name(*, claim: Claim, name: str, by: User, version: int, request_key: str = "") -> Claim:
    """Give the claim to the speaker of that name; a name the desk does not know makes a new speaker.

    Where the desk knows several by that name, the one of the claim's own candidates wins, then the oldest.
    """
    with changing(claim.article_id, by, request_key, claims=[claim.pk]) as change:
        if change:
            held = held_claim(claim, version, change)
            _give(held, _speaker_named(name, held, change, by), change, by, request_key)
            return held
    return again(claim)


def change_kind(*, claim: Claim, kind: ClaimKind, by: User, version: int, request_key: str = "") -> Claim:
    """Say what kind the claim is."""
    with _deciding("change kind", claim, by, version, request_key) as held:
        if held:
            held.kind = kind.value
            settle(held)
    return held or again(claim)


def change_spans(
    *,
    claim: Claim,
    role: SpanRole,
    spans: Pairs,
    by: User,
    version: int,
    change: SpanChange = SpanChange.REPLACE,
    snap: bool = False,
    request_key: str = "",
) -> Claim:
    """Change the claim's content, cue or source by `spans`, as `change` says.

    With `snap` the spans are what somebody selected, and whole words with their quotation marks are meant.
    New content brings its kind and its place in the text with it; a new source its form. No spans take
    the cue or the source away. Raises SpanError where the spans do not fit the article.
    """
    article = claim.article
    with _deciding(f"change {role.value}", claim, by, version, request_key) as held:
        if held:
            if snap and change != SpanChange.JOIN:
                spans = selected(text_of(article), spans, role)
            present = history.spans_by_role(held)[role.value]
            pieces = pieces_after(change, text=text_of(article), present=present, spans=spans)
            if role == SpanRole.CONTENT:
                check_content(article, pieces)
            history.write_spans(held, role, [(piece.start, piece.end) for piece in pieces])
            held.refresh_from_db(fields=["spans"])
            if role == SpanRole.CONTENT:
                _place(held, article, pieces)
            elif role == SpanRole.SOURCE:
                held.source_form = _form(text_of(article), pieces)
            settle(held)
    return held or again(claim)


def change_note(*, claim: Claim, note: str, by: User, version: int, request_key: str = "") -> Claim:
    """Keep a remark with the claim; it decides nothing."""
    with changing(claim.article_id, by, request_key, claims=[claim.pk]) as change:
        if change:
            held = held_claim(claim, version, change)
            held.note = note
            held.version += 1
            held.save(update_fields=["note", "version"])
            finish("change note", change, by, request_key, claim_id=held.pk)
            return held
    return again(claim)


def add_claim(
    *, article: Article, content: Pairs, by: User, snap: bool = False, request_key: str = ""
) -> Claim:
    """Add a claim that the pipeline did not find; it starts accepted, without speaker, cue and source.

    With `snap` the content is what somebody selected, and whole words with their quotation marks are meant.
    Raises SpanError where the content does not fit the article. A repeated request gives the same claim;
    where it was deleted since, ClaimGone is raised.
    """
    text = text_of(article)
    pieces = pieces_of(text, selected(text, content, SpanRole.CONTENT) if snap else content)
    check_content(article, pieces)
    with changing(article.pk, by, request_key) as change:
        if change is None:
            done = Revision.objects.get(actor=by, request_key=request_key)
            return again(Claim(pk=done.claim_id))
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
        finish("add claim", change, by, request_key, claim_id=claim.pk)
    return claim


def delete_claim(*, claim: Claim, by: User, version: int, request_key: str = "") -> None:
    """Delete a claim of one's own. Raises NotYours for the pipeline's and other people's."""
    with changing(claim.article_id, by, request_key, claims=[claim.pk]) as change:
        if change:
            held = held_claim(claim, version, change)
            if held.created_by_id != by.pk:
                raise NotYours
            number = held.pk
            held.delete()
            finish("delete claim", change, by, request_key, claim_id=number)


@contextmanager
def _deciding(verb: str, claim: Claim, by: User, version: int, request_key: str) -> Iterator[Claim | None]:
    """Hold the claim for a verb that changes its fields and counts as a decision."""
    with changing(claim.article_id, by, request_key, claims=[claim.pk]) as change:
        if change is None:
            yield None
            return
        held = held_claim(claim, version, change)
        yield held
        save_decision(held, by)
        finish(verb, change, by, request_key, claim_id=held.pk)


def _speaker_named(name: str, claim: Claim, change: Change, by: User) -> Speaker:
    """Return the speaker of that name whom the claim most likely means, a new one where there is none."""
    if likely := _likeliest(name, claim):
        with suppress(SpeakerGone):
            return survivor(likely)
    # Two editors who type a new name at once mean one speaker: who comes second finds it made.
    hold_the_speakers()
    if likely := _likeliest(name, claim):
        return survivor(likely)
    speaker = speakers.create_speaker(name=name, by=by)
    change.speaker_ids.add(speaker.pk)
    change.before[f"speaker:{speaker.pk}"] = None
    return speaker


def _likeliest(name: str, claim: Claim) -> Speaker | None:
    known = match_speakers(name)
    candidates = set(claim.candidates.values_list("speaker_id", flat=True))
    return next(iter([speaker for speaker in known if speaker.pk in candidates] or known), None)


def _give(claim: Claim, speaker: Speaker | None, change: Change, by: User, request_key: str) -> None:
    """Change the claim's speaker, take back what the claim taught before, and learn from it anew."""
    if claim.speaker_id != (speaker.pk if speaker else None):
        taught = learning.taught_by(claim)
        for alias in taught:
            change.before[f"alias:{alias.pk}"] = history.alias_state(alias)
            change.alias_ids.add(alias.pk)
        speakers.delete_names([alias.pk for alias in taught])
    claim.speaker = speaker
    settle(claim)
    save_decision(claim, by)
    learned = learning.learn_name(claim=claim)
    if learned:
        change.before[f"alias:{learned.pk}"] = None
        change.alias_ids.add(learned.pk)
    finish("assign speaker", change, by, request_key, claim_id=claim.pk)


def _place(claim: Claim, article: Article, pieces: Sequence[Span]) -> None:
    claim.start = pieces[0].start
    claim.kind = claim_kind(text_of(article), pieces).value
    claim.sentence = history.sentence_at(article, claim.start)


def _form(text: str, pieces: Sequence[Span]) -> str:
    return mention_form(pieces[0].of(text)).value if pieces else ""
