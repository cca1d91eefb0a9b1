"""The pages for requests that went wrong; each says what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose CSRF token is missing or old; a step that a page kept waits for the next log-in."""
    if "Step-Key" in request.headers:
        return HttpResponse("Log in again.", status=401, content_type="text/plain")
    return render(request, "403_csrf.html", status=403)
