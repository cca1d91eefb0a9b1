"""A merge while the worker stores a draft: no claim is left behind with the redirect."""

from contextlib import suppress
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from annotations.choices import Role
from annotations.domain.locks import hold_the_speakers
from annotations.domain.merging import CannotMerge, merge_speakers, undo_merge
from annotations.models import Claim, Revision, Speaker, User
from tests.builders import make_article, make_claim, make_speaker, make_user

pytestmark = pytest.mark.django_db(transaction=True)

# Seconds that the other thread gets to run into the lock; with a lock it never gets through.
PATIENCE = 1.0


def test_merge_waits_for_a_draft_that_is_being_stored() -> None:
    source, target, editor = make_speaker("A Lindqvist"), make_speaker("Ana Lindqvist"), make_user()
    article = make_article()
    started = Event()

    def merge() -> None:
        started.set()
        merge_speakers(source=source, target=target, by=editor)
        connection.close()

    thread = Thread(target=merge)
    with transaction.atomic():
        hold_the_speakers()
        thread.start()
        started.wait()
        thread.join(PATIENCE)
        claim = make_claim(article=article, speaker=source)
    thread.join()

    assert Claim.objects.get(pk=claim.pk).speaker == target


def test_two_merges_of_one_pair_both_ways_leave_one_redirect() -> None:
    pair = make_speaker("A Lindqvist"), make_speaker("Ana Lindqvist")
    editor = make_user(role=Role.EDITOR)
    for speaker in pair:
        for _ in range(3):
            make_claim(speaker=speaker)

    threads = [Thread(target=_merge, args=(*way, editor)) for way in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Revision.objects.filter(verb="merge speakers").count() == 1
    survivor = Speaker.objects.get(merged_into=None)
    assert survivor.claims.count() == 6
    undo_merge(revision=Revision.objects.get(), by=editor)
    assert [speaker.claims.count() for speaker in pair] == [3, 3]


def _merge(source: Speaker, target: Speaker, editor: User) -> None:
    """Merge in a thread of its own; the second of the two comes too late."""
    with suppress(CannotMerge):
        merge_speakers(source=source, target=target, by=editor)
    connection.close()
