"""What `make run` says about addresses and ports, and about preparations that fail."""

import socket
from collections.abc import Iterator

import pytest

from newsdesk import start


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_listen_returns_a_socket_that_answers() -> None:
    with start.listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        pass


def test_listen_says_in_one_sentence_that_the_port_is_taken(taken_port: int) -> None:
    with pytest.raises(SystemExit) as caught:
        start.listen("127.0.0.1", taken_port)

    assert str(caught.value) == (
        f"Port {taken_port} at 127.0.0.1 can't be used: address already in use. "
        f"Choose another: make run PORT={taken_port + 1}"
    )


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("desk.example.org", "http://desk.example.org:8000"),
    ],
)
def test_address_is_one_to_type_into_a_browser_here(host: str, address: str) -> None:
    assert start.address_of(host, 8000) == address


def test_manage_exits_with_the_one_sentence_of_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "perhaps")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "newsdesk.settings")

    with pytest.raises(SystemExit) as caught:
        start.manage("check")

    assert str(caught.value) == "DEBUG must be yes or no, not 'perhaps'."


def test_manage_exits_with_the_reason_and_no_traceback_where_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "newsdesk.settings")

    with pytest.raises(SystemExit) as caught:
        start.manage("migrate")

    sentence = str(caught.value)
    assert sentence.startswith("`manage.py migrate` failed: connection failed: ")
    assert "\n" not in sentence
