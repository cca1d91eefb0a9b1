"""Whose address a request comes from when proxies stand before the web server."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the address of the browser, or None where the server was asked over a local socket.

    Each of the TRUSTED_PROXIES appends the address it was asked from to X-Forwarded-For; anything further
    left was written by the browser and proves nothing. With no trusted proxy the header is ignored.
    """
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        hop = hops[-settings.TRUSTED_PROXIES].strip()
        if _is_address(hop):
            return hop
    return request.META.get("REMOTE_ADDR") or None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
