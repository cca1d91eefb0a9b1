"""Every address of the API times every method, role and scope, a stranger, and a browser that is logged in.

The cases come from the URL configuration and from `tests.views.rules`, as those of the pages do.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from annotations.choices import Role, TokenScope
from annotations.domain.tokens import revoke_token
from annotations.models import ApiToken, Upload, User
from tests.api.conftest import script_of, secret_of
from tests.builders import make_article, make_user
from tests.views.rules import API_RULES, RULES
from tests.views.test_access import API_PATTERNS, METHODS, ROLES, ROUTES, address_of, is_to_log_in

pytestmark = pytest.mark.django_db

API_ROUTES = {name: route for name, route, _ in API_PATTERNS}
CALLERS = [(role, scope) for role in ROLES for scope in TokenScope]


def addressed(name: str) -> str:
    """Return the address with the id of a row that exists."""
    route = API_ROUTES[name].removeprefix("/api/v1")
    ids = {"articles": make_article().pk, "uploads": Upload.objects.create(uploaded_by=make_user()).pk}
    return "/api/v1" + address_of(route, ids)


def may(role: Role, scope: TokenScope, least: tuple[Role, TokenScope]) -> bool:
    """Say whether a token of this scope, of somebody with this role, is enough."""
    is_scope_enough = least[1] == TokenScope.READ or scope == TokenScope.WRITE
    return is_scope_enough and ROLES.index(role) >= ROLES.index(least[0])


@pytest.mark.parametrize(("role", "scope"), CALLERS)
@pytest.mark.parametrize("name", API_ROUTES)
def test_each_method_answers_a_token_as_its_rule_says(name: str, role: Role, scope: TokenScope) -> None:
    rules, address = API_RULES[name], addressed(name)
    script = script_of(make_user(role=role), scope=scope)

    for method in METHODS:
        answer = getattr(script, method)(address)
        if method not in rules:
            assert answer.status_code == (405 if rules else 404), method
        elif (least := rules[method]) is None or may(role, scope, least):
            assert answer.status_code in {200, 202, 400, 422}, method
        else:
            assert answer.status_code == 403, method


@pytest.mark.parametrize("name", API_ROUTES)
def test_a_stranger_a_guess_and_a_browser_that_is_logged_in_get_401(client: Client, name: str) -> None:
    address = addressed(name)
    client.force_login(make_user(role=Role.ADMIN))

    for who in (Client(), client, Client(headers={"Authorization": "Bearer newsdesk_guessed"})):
        for method, least in API_RULES[name].items():
            answer = getattr(who, method)(address)
            assert answer.status_code == (200 if least is None else 401), method
            assert least is None or answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.least in ROLES])
def test_no_page_takes_a_token(name: str) -> None:
    script = script_of(make_user(role=Role.ADMIN))
    method = "get" if "get" in RULES[name].methods else "post"

    assert is_to_log_in(getattr(script, method)(address_of(ROUTES[name], {})))


def end(how: str, person: User) -> None:
    """End the person's one token."""
    match how:
        case "revoked":
            revoke_token(token=ApiToken.objects.get(), by=person, address=None)
        case "expired":
            ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        case "deactivated":
            User.objects.filter(pk=person.pk).update(is_active=False)


@pytest.mark.parametrize("how", ["revoked", "expired", "deactivated"])
def test_a_token_that_ended_is_none(how: str) -> None:
    person = make_user()
    secret = secret_of(person)
    end(how, person)

    answer = Client().get("/api/v1/sets", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 401


def test_a_role_that_was_taken_away_is_taken_from_its_tokens_too() -> None:
    person = make_user(role=Role.EDITOR)
    script = script_of(person)
    person.role = Role.VIEWER.value
    person.save()

    assert script.post("/api/v1/articles", {"text": "x"}, "application/json").status_code == 403


def test_too_many_requests_of_a_token_have_to_wait(script: Client, settings: LazySettings) -> None:
    settings.API_REQUESTS_A_MINUTE = 2
    answers: list[Any] = [script.get("/api/v1/sets") for _ in range(6)]  # a minute may begin in between

    waiting = next(answer for answer in answers if answer.status_code == 429)
    assert 0 < int(waiting["Retry-After"]) <= 60


def test_an_address_that_guesses_has_to_wait_even_with_a_right_token(script: Client) -> None:
    for _ in range(62):  # more than a minute's failures twice, should one begin in between
        Client().get("/api/v1/sets")

    assert script.get("/api/v1/sets").status_code == 429
