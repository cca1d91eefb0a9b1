"""Every address of the site times every method times every role, a stranger and somebody deactivated.

The cases are made from the URL configuration, so that a new page is under them by itself, and from
`tests.views.rules`, which says by hand who may do what. Every address that takes an id is asked for with a
row that exists, so that a refusal is for the person and not for want of a row.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from annotations.choices import Role, UploadState
from annotations.domain.merging import merge_speakers
from annotations.domain.splitting import split_speaker
from annotations.models import (
    Proposal,
    Reannotation,
    Revision,
    SpeakerField,
    Upload,
    UploadItem,
    User,
    Webhook,
    WebhookDelivery,
)
from annotations.views.access import CAPABILITIES, Capability
from tests.builders import make_article, make_claim, make_set, make_speaker, make_user
from tests.views.rules import API_RULES, RULES, STRANGER, Rule

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
ROLES = list(Role)  # each may do what those before it may
DEACTIVATED = "deactivated"
PEOPLE = (STRANGER, DEACTIVATED, *ROLES)


def patterns(resolver: URLResolver, namespace: str = "", prefix: str = "/") -> Iterator[tuple[str, str, Any]]:
    """Yield name, route and view of each pattern."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).lstrip("/")
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, inner, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield f"{namespace}{pattern.name}", route, pattern.callback


EVERY_PATTERN = list(patterns(get_resolver()))
# The API knows no log-in; its addresses are asked in tests/api/test_access.py.
PATTERNS = [pattern for pattern in EVERY_PATTERN if not pattern[0].startswith("api:")]
API_PATTERNS = [pattern for pattern in EVERY_PATTERN if pattern[0].startswith("api:")]
ROUTES = {name: route for name, route, _ in PATTERNS}


def make_world() -> dict[str, int]:
    """Make a row of every kind, and return the id that an address takes by the first word of its route."""
    editor = make_user(role=Role.EDITOR)
    speaker, other = make_speaker("Ana Lindqvist", aliases=("A. Lindqvist",)), make_speaker("Bo Ek")
    merge = merge_speakers(source=make_speaker("Ana Lindquist"), target=other, by=editor)
    article = make_article()
    claim = make_claim(article=article, speaker=speaker)
    going = make_claim(article=article, speaker=other)
    split = split_speaker(speaker=other, claim_ids=[going.pk], alias_ids=[], to="Bo Eklund", by=editor)
    upload = Upload.objects.create(uploaded_by=editor)
    item = UploadItem.objects.create(
        upload=upload,
        name="table.csv",
        state=UploadState.MAPPING.value,
        columns={"columns": ["A"], "mapping": {}},
    )
    webhook = Webhook.objects.create(url="https://desk.example/", secret="x" * 16)
    delivery = WebhookDelivery.objects.create(
        webhook=webhook, message={"article": article.pk, "title": article.title}, due_at=timezone.now()
    )
    return {
        "webhooks": webhook.pk,
        "webhook-deliveries": delivery.pk,
        "articles": article.pk,
        "proposals": Proposal.objects.create(article=article, requested_by=editor).pk,
        "reannotations": Reannotation.objects.create(pipeline="new 2", requested_by=editor).pk,
        "claims": claim.pk,
        "sets": make_set(articles=(article,)).pk,
        "speakers": speaker.pk,
        "speaker-fields": SpeakerField.objects.create(label="Place").pk,
        "splits": split.pk,
        "aliases": speaker.aliases.latest("pk").pk,
        "merges": merge.pk,
        "uploads": upload.pk,
        "upload-items": item.pk,
        "people": make_user(role=Role.VIEWER).pk,
    }


def address_of(route: str, ids: dict[str, int]) -> str:
    """Return the route with the id of a row that exists, and with samples for its other parts."""
    row = str(ids.get(route.split("/")[1], 1))
    samples = {"int": "1", "str": "x", "path": "x"}
    address = route.replace("<int:pk>", row)
    return re.sub(r"<(?:(\w+):)?\w+>", lambda match: samples[match[1] or "str"], address)


def as_person(client: Client, person: str) -> None:
    """Log in a person of this role; a stranger has no log-in, and who is deactivated has an old one."""
    if person == STRANGER:
        return
    user = make_user(role=Role.ADMIN if person == DEACTIVATED else Role(person))
    client.force_login(user)
    if person == DEACTIVATED:
        User.objects.filter(pk=user.pk).update(is_active=False)


def may(person: str, rule: Rule) -> bool:
    """Say whether the rule lets the person in."""
    if rule.least == STRANGER:
        return True
    return person in ROLES and ROLES.index(Role(person)) >= ROLES.index(Role(rule.least))


def is_to_log_in(answer: HttpResponse) -> bool:
    """Say whether the answer sends whoever asked to the log-in page."""
    return answer.status_code == 302 and urlsplit(answer["Location"]).path == resolve_url(settings.LOGIN_URL)


def test_every_address_has_a_rule() -> None:
    names, rules = {name for name, _, _ in EVERY_PATTERN}, {*RULES, *API_RULES}

    assert names - rules == set(), "Give each a line in tests/views/rules.py: its methods and who may use it."
    assert rules - names == set(), "These rules are for addresses that are there no more."


def test_only_the_few_addresses_that_a_stranger_needs_are_open() -> None:
    is_open = {name for name, _, view in PATTERNS if not getattr(view, "login_required", True)}

    assert is_open == {name for name, rule in RULES.items() if rule.least == STRANGER}


@pytest.mark.parametrize(
    ("name", "view"), [(name, view) for name, _, view in PATTERNS], ids=lambda value: str(value)
)
def test_every_view_names_the_capability_that_its_rule_asks_for(name: str, view: Any) -> None:
    rule = RULES[name]
    if rule.least == STRANGER:
        assert not hasattr(view, "required_capability")
        return
    named = getattr(view, "required_capability", None)

    assert named in set(Capability), f"{name} lacks @requires(...)"
    assert [role for role in ROLES if named in CAPABILITIES[role]] == ROLES[ROLES.index(Role(rule.least)) :]


@pytest.mark.django_db
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("name", ROUTES)
def test_address_answers_each_method_as_its_rule_says(client: Client, name: str, person: str) -> None:
    rule, address = RULES[name], address_of(ROUTES[name], make_world())
    as_person(client, person)
    revisions = Revision.objects.count()
    let_in = rule.methods if may(person, rule) else frozenset()

    for method in set(METHODS) - let_in:
        answer = getattr(client, method)(address)
        if rule.least != STRANGER and person in {STRANGER, DEACTIVATED}:
            assert is_to_log_in(answer), (method, answer.status_code)
        else:
            assert answer.status_code == (403 if method in rule.methods else 405), method
    assert Revision.objects.count() == revisions

    for method in sorted(let_in):  # reading first, since a post may delete or log out
        answer = getattr(client, method)(address)
        assert answer.status_code not in {403, 405}, method
        assert answer.status_code < 500, method
        assert name == "annotations:log-out" or not is_to_log_in(answer), method


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.VIEWER, {"read"}),
        (Role.ANNOTATOR, {"read", "review"}),
        (Role.EDITOR, {"read", "review", "manage"}),
        (Role.ADMIN, {"read", "review", "manage", "administer"}),
    ],
)
def test_each_role_may_do_what_the_ones_before_it_may_and_more(role: Role, names: set[str]) -> None:
    assert CAPABILITIES[role] == names


@pytest.mark.django_db
def test_somebody_deactivated_is_a_stranger_at_once(client: Client) -> None:
    person = make_user(role=Role.ADMIN)
    client.force_login(person)
    assert client.get(reverse("annotations:account")).status_code == 200

    person.is_active = False
    person.save()

    assert client.get(reverse("annotations:account")).status_code == 302
