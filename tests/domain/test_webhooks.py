"""Webhooks: what is told, signed how, tried again when, and by which page it is followed."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from annotations import tasks
from annotations.choices import ArticleState
from annotations.domain import articles, review, undo, webhooks
from annotations.models import AuditEntry, User, Webhook, WebhookDelivery
from annotations.posting import NotSent
from tests.builders import make_article, make_claim

pytestmark = pytest.mark.django_db


class Receiver:
    """Takes the place of the network: answers with `status`, or with an error where that is None."""

    def __init__(self) -> None:
        self.status: int | None = 204
        self.taken: list[tuple[str, bytes, Mapping[str, str]]] = []

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str], to_private: bool) -> int:
        self.taken.append((url, body, headers))
        if self.status is None:
            raise NotSent("No answer came (TimeoutError).")
        return self.status


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    """What webhooks reach, with one set up."""
    receiver = Receiver()
    monkeypatch.setattr(webhooks, "post", receiver.post)
    Webhook.objects.create(url="https://desk.example/hook", secret="sixteen letters.")
    return receiver


def messages() -> list[dict[str, Any]]:
    return list(WebhookDelivery.objects.order_by("pk").values_list("message", flat=True))


def test_the_last_decision_tells_once_and_a_decision_before_it_nothing(
    editor: User, receiver: Receiver
) -> None:
    article = make_article(title="The bridge")
    first, last = make_claim(article=article), make_claim(article=article)

    review.accept_claim(claim=first, version=first.version, by=editor, request_key="")
    assert messages() == []
    review.accept_claim(claim=last, version=last.version, by=editor, request_key="")

    (message,) = messages()
    assert (message["event"], message["article"], message["title"]) == (
        "article.reviewed",
        article.pk,
        "The bridge",
    )


def test_the_button_tells_and_opening_again_does_not(editor: User, receiver: Receiver) -> None:
    article = make_article()

    articles.mark_reviewed(article=article, by=editor, is_reviewed=True)
    articles.mark_reviewed(article=article, by=editor, is_reviewed=True)
    articles.mark_reviewed(article=article, by=editor, is_reviewed=False)

    assert len(messages()) == 1


def test_an_article_that_undo_opened_is_told_again_when_redo_closes_it(
    editor: User, receiver: Receiver
) -> None:
    claim = make_claim()
    review.accept_claim(claim=claim, version=claim.version, by=editor, request_key="")
    undo.undo_last(article=claim.article, by=editor, request_key="")
    undo.redo_last(article=claim.article, by=editor, request_key="")

    claim.article.refresh_from_db()
    assert claim.article.state == ArticleState.REVIEWED
    assert len(messages()) == 2


def test_a_delivery_is_signed_over_its_second_and_its_body(editor: User, receiver: Receiver) -> None:
    articles.mark_reviewed(article=make_article(), by=editor, is_reviewed=True)

    tasks.take_up_deliveries()

    ((url, body, headers),) = receiver.taken
    second, code = (part.partition("=")[2] for part in headers["Newsdesk-Signature"].split(","))
    expected = hmac.new(b"sixteen letters.", second.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert (url, code) == ("https://desk.example/hook", expected)
    delivery = WebhookDelivery.objects.get()
    assert json.loads(body)["delivery"] == delivery.pk
    assert (delivery.state, delivery.answer, delivery.tries) == ("delivered", "Status 204", 1)


@pytest.mark.parametrize("status", [None, 302, 404, 500])
def test_what_is_not_taken_is_tried_again_later_each_time_and_then_given_up(
    editor: User, receiver: Receiver, status: int | None
) -> None:
    receiver.status = status
    articles.mark_reviewed(article=make_article(), by=editor, is_reviewed=True)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number, pause in enumerate((*webhooks.BACK_OFF, None), start=1):
            tasks.take_up_deliveries()
            assert len(receiver.taken) == number
            clock.shift(timedelta(seconds=30))
            tasks.take_up_deliveries()  # too early
            assert len(receiver.taken) == number
            clock.shift(pause or timedelta(days=2))
        tasks.take_up_deliveries()

    assert WebhookDelivery.objects.get().state == "failed"
    assert len(receiver.taken) == 8


def test_a_worker_that_died_while_it_sent_holds_a_delivery_up_for_two_minutes(
    editor: User, receiver: Receiver
) -> None:
    articles.mark_reviewed(article=make_article(), by=editor, is_reviewed=True)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert len(webhooks.take_due()) == 1  # and nothing came of it
        assert webhooks.take_due() == []
        clock.shift(timedelta(minutes=2, seconds=1))
        tasks.take_up_deliveries()

    assert len(receiver.taken) == 1


def test_a_delivery_that_was_made_is_not_made_twice_by_a_task_that_comes_twice(
    editor: User, receiver: Receiver
) -> None:
    articles.mark_reviewed(article=make_article(), by=editor, is_reviewed=True)
    (delivery_id,) = webhooks.take_due()

    webhooks.deliver(delivery_id=delivery_id)
    webhooks.deliver(delivery_id=delivery_id)

    assert len(receiver.taken) == 1


def test_the_page_shows_a_secret_once_and_lists_what_came_of_each(
    editor_client: Client, editor: User, receiver: Receiver
) -> None:
    Webhook.objects.all().delete()
    made = editor_client.post("/webhooks", {"url": "https://a.example/x", "secret": ""}).content.decode()
    secret = Webhook.objects.get().secret
    assert secret in made
    articles.mark_reviewed(article=make_article(title="The bridge"), by=editor, is_reviewed=True)
    receiver.status = 500
    tasks.take_up_deliveries()

    page = editor_client.get("/webhooks").content.decode()

    assert secret not in page
    assert "The bridge" in page
    assert "Status 500" in page
    assert secret not in str(list(AuditEntry.objects.values()))


def test_a_delivery_is_sent_again_at_a_click(editor_client: Client, editor: User, receiver: Receiver) -> None:
    articles.mark_reviewed(article=make_article(), by=editor, is_reviewed=True)
    tasks.take_up_deliveries()

    editor_client.post(f"/webhook-deliveries/{WebhookDelivery.objects.get().pk}/send-again")
    tasks.take_up_deliveries()

    assert len(receiver.taken) == 2


def test_an_address_that_was_removed_is_told_nothing_more(
    editor_client: Client, editor: User, receiver: Receiver
) -> None:
    articles.mark_reviewed(article=make_article(), by=editor, is_reviewed=True)

    editor_client.post(f"/webhooks/{Webhook.objects.get().pk}/remove")
    tasks.take_up_deliveries()

    assert receiver.taken == []
