"""The health check of the web container, asked of a real server."""

import socket

import pytest
from pytest_django.live_server_helper import LiveServer

from newsdesk.probe import ask


def port_of(live_server: LiveServer) -> int:
    return int(live_server.url.rpartition(":")[2])


@pytest.mark.parametrize("hosts", [None, "*", "localhost,127.0.0.1"])
def test_probe_finds_a_web_server_well(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, hosts: str | None
) -> None:
    if hosts:
        monkeypatch.setenv("ALLOWED_HOSTS", hosts)

    assert ask(port_of(live_server)) == ""


def test_probe_finds_a_web_server_well_that_takes_tls_alone(
    live_server: LiveServer, settings: object
) -> None:
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # type: ignore[attr-defined]

    assert ask(port_of(live_server)) == ""


def test_probe_says_what_a_web_server_answers_instead(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "desk.example.org")

    assert ask(port_of(live_server)).startswith("The web server answers 400: ")


def test_probe_says_that_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]

    assert ask(free).startswith("The web server does not answer: ")
