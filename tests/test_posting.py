"""One POST outside the desk: what is refused before anything is sent, and what ends a call."""

import socket
import threading
from collections.abc import Iterator

import pytest

from annotations import posting
from annotations.posting import NotSent, post


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://224.0.0.1/",
        "http://[fd00::1]/",
        "http://100.64.0.1/",
    ],
)
def test_an_address_that_only_this_network_reaches_is_refused(url: str) -> None:
    with pytest.raises(NotSent, match="own network"):
        post(url, body=b"", headers={})


def test_one_private_address_among_those_of_a_name_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(2, 1, 6, "", (address, 80)) for address in ("93.184.216.34", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: rows)

    with pytest.raises(NotSent, match="own network"):
        post("http://two.example/", body=b"", headers={})


@pytest.mark.parametrize("url", ["ftp://x.example/", "http:///", "x", "http://x:99999/", "http://[/"])
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(NotSent):
        post(url, body=b"", headers={}, to_private=True)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server socket of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def address_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/hook?a=1"


def test_the_body_arrives_and_a_redirect_is_not_followed(listener: socket.socket) -> None:
    received: list[bytes] = []

    def answer() -> None:
        with listener.accept()[0] as caller:
            while not b"".join(received).endswith(b"hello"):
                received.append(caller.recv(65536))
            caller.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    status = post(address_of(listener), body=b"hello", headers={"A": "b"}, to_private=True)
    thread.join()

    assert status == 302
    assert b"".join(received).startswith(b"POST /hook?a=1 HTTP/1.1\r\n")


def test_a_receiver_that_answers_a_letter_at_a_time_is_hung_up_on(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "SECONDS_IN_ALL", 0.5)
    is_over = threading.Event()

    def drip() -> None:
        with listener.accept()[0] as caller:
            while not is_over.wait(0.05):
                try:
                    caller.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    with pytest.raises(NotSent):
        post(address_of(listener), body=b"", headers={}, to_private=True)
    is_over.set()
    thread.join()


def test_nobody_listening_is_said(listener: socket.socket) -> None:
    address = address_of(listener)
    listener.close()

    with pytest.raises(NotSent, match="No connection"):
        post(address, body=b"", headers={}, to_private=True)
