"""What every step on an article's claims shares: one lock, one transaction, one revision, done once.

A form made for an older version of a claim is refused. A request that was already done, told by its key,
changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotations.choices import ClaimOrigin, ClaimState
from annotations.domain import closing, history
from annotations.domain.history import State
from annotations.domain.locks import hold_article, hold_living
from annotations.models import Article, Claim, Revision, Speaker, User


class StaleClaim(Exception):
    """Somebody changed the claim after the form was made. Show the person `claim` as it is now."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(f"{claim} was changed meanwhile")
        self.claim = claim


class ClaimGone(Exception):
    """Somebody deleted the claim after the form was made."""


class SpeakerGone(Exception):
    """Somebody deleted the speaker after the form was made: choose another."""


@dataclass(slots=True)
class Change:
    """A verb under way: the claims it changes, as stored, and what else its revision must remember."""

    article: Article
    before: State
    claims: Mapping[int, Claim]
    claim_ids: set[int]
    speaker_ids: set[int] = field(default_factory=set)
    alias_ids: set[int] = field(default_factory=set)


@contextmanager
def changing(
    article_id: int, by: User, request_key: str, *, claims: Iterable[int] = ()
) -> Iterator[Change | None]:
    """Hold the article for one verb on claims of it and remember the state before.

    Gives None where the request was done before. Raises ArticleGone of `locks`.
    """
    with transaction.atomic():
        article = hold_article(article_id)
        if request_key and Revision.objects.filter(actor=by, request_key=request_key).exists():
            yield None
            return
        chosen = set(claims)
        found = history.claims_with_spans(chosen)
        stored = {pk: claim for pk, claim in found.items() if claim.article_id == article.pk}
        before = history.state_of(article=article) | dict.fromkeys(f"claim:{pk}" for pk in chosen)
        before |= {f"claim:{pk}": history.claim_state(claim) for pk, claim in stored.items()}
        for claim in stored.values():
            claim.article = article
        yield Change(article=article, before=before, claims=stored, claim_ids=chosen)


def held_claim(claim: Claim, version: int, change: Change) -> Claim:
    """Return the claim as stored. Raises StaleClaim where that is another version, ClaimGone without one."""
    held = change.claims.get(claim.pk)
    if held is None:
        raise ClaimGone
    if held.version != version:
        raise StaleClaim(held)
    return held


def survivor(speaker: Speaker) -> Speaker:
    """Return the speaker, or the one it was merged into, held so that nobody merges or deletes it meanwhile.

    Raises SpeakerGone.
    """
    lives_on = hold_living([speaker.pk])
    if speaker.pk not in lives_on:
        raise SpeakerGone
    return Speaker.objects.get(pk=lives_on[speaker.pk])


def save_decision(claim: Claim, by: User) -> None:
    """Store the claim as decided by that person just now."""
    claim.decided_by, claim.decided_at = by, timezone.now()
    claim.version += 1
    claim.save()


def settle(claim: Claim) -> None:
    """Work out whether the claim still is what the pipeline suggested, and its state from that."""
    if claim.origin != ClaimOrigin.PIPELINE or claim.suggestion is None:
        claim.state = ClaimState.ACCEPTED.value
        return
    is_same = (
        claim.speaker_id == history.current_speaker_id(claim.suggested_speaker_id)
        and claim.kind == claim.suggestion["kind"]
        and history.spans_state(claim) == claim.suggestion["spans"]
    )
    claim.is_changed = not is_same
    claim.state = (ClaimState.ACCEPTED if is_same else ClaimState.CORRECTED).value


def finish(verb: str, change: Change, by: User, request_key: str, *, claim_id: int) -> None:
    """Bring the article's state up to date and write the revision."""
    # Where none is undecided afterwards, one was before if one of these was: the others are as they were.
    was_open = any(_is_undecided(fields) for key, fields in change.before.items() if key.startswith("claim:"))
    closing.follow_claims(change.article, was_open=was_open)
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


def again(claim: Claim) -> Claim:
    """Return the claim as stored. Raises ClaimGone where it is not there any more."""
    # No step reads the text as a whole.
    rows = Claim.objects.select_related("article").defer("article__text")
    stored = rows.filter(pk=claim.pk).first()
    if stored is None:
        raise ClaimGone
    return stored


def _is_undecided(fields: dict[str, Any] | None) -> bool:
    return fields is not None and fields["state"] == ClaimState.SUGGESTED
