"""Whose address counts as the client's, with and without proxies of the desk's own."""

import pytest
from django.test import RequestFactory, override_settings

from newsdesk.proxies import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.7", "203.0.113.1"),  # nobody said that this header may be believed
        (1, "", "203.0.113.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "192.0.2.66, 198.51.100.7", "198.51.100.7"),  # the browser wrote the first one
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "198.51.100.7", "203.0.113.1"),
        (1, "unknown", "203.0.113.1"),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)
def test_client_address_believes_only_the_trusted_hops(proxies: int, forwarded: str, expected: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.1", HTTP_X_FORWARDED_FOR=forwarded)

    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_address(request) == expected


def test_client_address_is_none_over_a_local_socket() -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) is None
