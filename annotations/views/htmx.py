"""How partial updates are spelled on the wire: page or fragment, announcements, where the focus goes."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from annotations.views.access import DeskRequest


def wants_fragment(request: DeskRequest) -> bool:
    """Say whether only a part of the page is wanted; a history restore needs the whole page."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def render_page(
    request: DeskRequest, template: str, context: Mapping[str, Any], *, fragment: str, status: int = 200
) -> HttpResponse:
    """Render `template`, or only its partial `fragment` when htmx asked."""
    name = f"{template}#{fragment}" if wants_fragment(request) else template
    response = render(request, name, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def go_to(request: DeskRequest, url: str) -> HttpResponse:
    """Send the browser to another page, whether a form or htmx asked."""
    if wants_fragment(request):
        return HttpResponseClientRedirect(url)
    response = HttpResponse(status=303)
    response["Location"] = url
    return response


def announce(response: HttpResponse, message: str) -> HttpResponse:
    """Have the page's one status region say `message` to everybody, screen readers included."""
    return trigger_client_event(response, "announced", {"message": message}, after="settle")


def bring_versions(response: HttpResponse, versions: Mapping[int, int]) -> HttpResponse:
    """Say which version a step brought to each claim it changed, for steps that wait behind it in the page.

    These are the versions of the step itself: where a colleague changed the claim since, what waits is
    refused as stale.
    """
    response["Claim-Versions"] = ",".join(f"{claim_id}={version}" for claim_id, version in versions.items())
    return response


def focus_on(response: HttpResponse, element_id: str) -> HttpResponse:
    """Move the focus once the new content has settled."""
    return trigger_client_event(response, "focus-on", {"id": element_id}, after="settle")
