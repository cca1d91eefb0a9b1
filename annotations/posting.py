"""One POST to an address outside the desk: no redirects, no private addresses unless allowed, never for long.

Knows no Django. The name is looked up once and the connection goes to what was found, so that a name cannot
point somewhere else between the check and the use.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

SECONDS = 10.0  # for each step
SECONDS_IN_ALL = 20.0


class NotSent(Exception):
    """Nothing was sent, or no answer came; the message says why in a sentence."""


def post(url: str, *, body: bytes, headers: Mapping[str, str], to_private: bool = False) -> int:
    """Send the body and return the status of the answer. Raises NotSent.

    `to_private` allows addresses that only the desk's own network can reach.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise NotSent("This is no address.") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise NotSent("This is no address of the web.")
    connection = HTTPConnection(host, port, timeout=SECONDS)
    reached = _connected(host, port, to_private=to_private, is_tls=parts.scheme == "https")
    connection.sock = reached
    # A receiver that answers a letter every few seconds would otherwise hold the worker for ever.
    watchdog = threading.Timer(SECONDS_IN_ALL, _hang_up, [reached])
    watchdog.daemon = True
    watchdog.start()
    try:
        path = parts.path or "/"
        connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, dict(headers))
        return connection.getresponse().status
    except (OSError, HTTPException, ValueError) as error:
        raise NotSent(f"No answer came ({type(error).__name__}).") from error
    finally:
        watchdog.cancel()
        connection.close()


def _hang_up(reached: socket.socket) -> None:
    with suppress(OSError):  # it is closed already
        reached.shutdown(socket.SHUT_RDWR)


def _connected(host: str, port: int, *, to_private: bool, is_tls: bool) -> socket.socket:
    address = _address_of(host, port, to_private=to_private)
    try:
        found = socket.create_connection((address, port), SECONDS)
        if not is_tls:
            return found
        return ssl.create_default_context().wrap_socket(found, server_hostname=host)
    except (OSError, ValueError) as error:
        raise NotSent(f"No connection could be made ({type(error).__name__}).") from error


def _address_of(host: str, port: int, *, to_private: bool) -> str:
    """Return the first address of the name; refuse a name that has any that only this network can reach."""
    try:
        found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise NotSent("This name is not known.") from error
    if not to_private and any(_is_private(address) for address in found):
        raise NotSent("This is an address of the desk's own network, which is not allowed here.")
    return found[0]


def _is_private(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return not address.is_global or address.is_multicast
