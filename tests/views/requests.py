"""How the tests of the review page send what htmx would send."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

HTMX = {"HX-Request": "true"}


def url(name: str, pk: int, *more: int) -> str:
    """Return the address of a view that takes an id."""
    return reverse(f"annotations:{name}", args=[pk, *more])


def post(client: Client, view: str, pk: int, *more: int, **fields: Any) -> HttpResponse:
    """Send the fields to a view that takes an id."""
    return client.post(url(view, pk, *more), fields, headers=HTMX)  # type: ignore[return-value] # it is one
