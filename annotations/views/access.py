"""Who may do what, in one place: capabilities of each role, and the row a request may have or a 404."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from annotations.choices import Role
from annotations.models import User


class DeskRequest(HttpRequest):
    """A request of somebody who is logged in, for the type checker; the middleware makes it true."""

    htmx: HtmxDetails
    user: User


class Capability(StrEnum):
    """Something a person may do; every view names the one it needs."""

    READ = "read"  # see articles, claims, speakers; export
    REVIEW = "review"  # decide about claims
    MANAGE = "manage"  # upload, sets, speakers, regions
    ADMINISTER = "administer"  # people


CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.VIEWER: frozenset({Capability.READ}),
    Role.ANNOTATOR: frozenset({Capability.READ, Capability.REVIEW}),
    Role.EDITOR: frozenset({Capability.READ, Capability.REVIEW, Capability.MANAGE}),
    Role.ADMIN: frozenset(Capability),
}


def may(user: User, capability: Capability) -> bool:
    """Say whether the person's role allows it."""
    return capability in CAPABILITIES.get(user.role, frozenset())


P = ParamSpec("P")
Row = TypeVar("Row", bound=Model)
View = Callable[Concatenate[DeskRequest, P], HttpResponse]


def requires(capability: Capability) -> Callable[[View[P]], View[P]]:
    """Answer 403 to people whose role lacks `capability`; the view carries it as `required_capability`."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not may(request.user, capability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_capability = capability  # type: ignore[attr-defined] # read by the test over all views
        return guarded

    return decorate


def row_or_404(rows: QuerySet[Row], **lookup: Any) -> Row:
    """Return the one row, or answer 404, which tells a stranger nothing about what exists."""
    return get_object_or_404(rows, **lookup)


def capabilities(request: HttpRequest) -> dict[str, Any]:
    """Give every template `may`, a mapping such as `may.review` to whether the person may."""
    # A request refused for its Host never got as far as the middleware that adds the user.
    user = getattr(request, "user", None)
    held = CAPABILITIES.get(user.role, frozenset()) if isinstance(user, User) else frozenset()
    return {"may": {capability.value: capability in held for capability in Capability}}
