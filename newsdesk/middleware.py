"""Middleware of the project: what every request needs, whatever page it asks for."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect

from newsdesk.logs import about

Handler = Callable[[HttpRequest], HttpResponse]


REQUEST_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
# Of these addresses every line of the log carries the row's id, under this name.
ROWS = {"articles": "article", "claims": "claim"}


class RequestIdMiddleware:
    """Give each request an id, which its lines in the log and the answer's X-Request-ID carry.

    An id that a proxy of the desk's own made is kept; anybody else's is not, since it could be made to look
    like another request's.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXIES else ""
        request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex
        with about(request=request_id, **_row(request)):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


def _row(request: HttpRequest) -> dict[str, Any]:
    noun, _, rest = request.path_info.lstrip("/").partition("/")
    pk = rest.partition("/")[0]
    name = ROWS.get(noun)
    return {name: int(pk)} if name and pk.isascii() and pk.isdigit() and len(pk) < 19 else {}


class HtmxLoginRedirectMiddleware:
    """Send an htmx request whose login has ended to the log-in page as a whole page.

    htmx follows a 302 by itself and would swap the log-in form into a card.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not getattr(request, "htmx", False) or response.status_code != 302:
            return response
        if urlsplit(response["Location"]).path != resolve_url(settings.LOGIN_URL):
            return response
        # `next` is the page the person looks at, not the fragment that was asked for.
        page = urlsplit(request.headers.get("HX-Current-URL", ""))._replace(scheme="", netloc="").geturl()
        return HttpResponseClientRedirect(redirect_to_login(page or "/")["Location"])


class KeptStepMiddleware:
    """Answer 401 to a step that somebody else kept in this browser, or whose maker is not logged in.

    The browser keeps steps beyond a log-out. `Step-Person` says whose they are; `Step-Key` comes back with
    every answer of ours, so that the page can tell it from that of a proxy or a guest network's portal.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person, key = request.headers.get("Step-Person"), request.headers.get("Step-Key")
        if person is None or key is None:
            return self.get_response(request)
        if person == str(request.user.pk):
            response = self.get_response(request)
        else:
            response = HttpResponse("Log in again.", status=401, content_type="text/plain")
        response["Step-Key"] = key
        return response
