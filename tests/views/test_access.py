"""Every address of the site: it names the capability it needs, or is one of the few open to strangers.

The tests are made from the URL configuration, so that a new page is under them by itself.
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

from annotations.choices import Role
from annotations.views.access import CAPABILITIES, Capability
from tests.builders import make_user

OPEN_TO_STRANGERS = {
    "healthz",
    "annotations:log-in",
    "annotations:first-account",
    "annotations:invitation",
}
SAMPLES = {"int": "999999", "str": "x", "slug": "x", "uuid": "00000000-0000-0000-0000-000000000000"}
METHODS = ("get", "post")


def addresses(
    resolver: URLResolver, namespace: str = "", prefix: str = "/"
) -> Iterator[tuple[str, str, Any]]:
    """Yield name, a sample address, and view of each pattern."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).lstrip("/")
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, inner, route)
        else:
            assert isinstance(pattern, URLPattern)
            sample = re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES[match[1] or "str"], route)
            yield f"{namespace}{pattern.name}", sample, pattern.callback


ADDRESSES = list(addresses(get_resolver()))
GUARDED = [(name, address, view) for name, address, view in ADDRESSES if name not in OPEN_TO_STRANGERS]
CASES = [
    pytest.param(address, view, role, id=f"{name}-{role}")
    for name, address, view in GUARDED
    for role in Role
    if getattr(view, "required_capability", None) not in CAPABILITIES[role]
]


def answers(client: Client, address: str) -> list[HttpResponse]:
    """Return the answers to each method that the address has."""
    found = [getattr(client, method)(address) for method in METHODS]
    return [answer for answer in found if answer.status_code != 405]


def test_open_addresses_are_the_few_that_a_stranger_needs() -> None:
    is_open = {name for name, _, view in ADDRESSES if not getattr(view, "login_required", True)}

    assert is_open == OPEN_TO_STRANGERS


@pytest.mark.parametrize(
    ("name", "view"), [(name, view) for name, _, view in GUARDED], ids=lambda value: str(value)
)
def test_view_names_the_capability_it_needs(name: str, view: Any) -> None:
    assert getattr(view, "required_capability", None) in set(Capability), f"{name} lacks @requires(...)"


@pytest.mark.django_db
@pytest.mark.parametrize("address", [address for _, address, _ in GUARDED])
def test_stranger_is_sent_to_log_in(client: Client, address: str) -> None:
    found = answers(client, address)

    assert found
    for answer in found:
        assert answer.status_code == 302
        assert urlsplit(answer["Location"]).path == resolve_url(settings.LOGIN_URL)


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "view", "role"), CASES)
def test_role_that_lacks_the_capability_gets_403(client: Client, address: str, view: Any, role: Role) -> None:
    client.force_login(make_user(role=role))

    found = answers(client, address)

    assert [answer.status_code for answer in found] == [403] * len(found)
    assert found


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
