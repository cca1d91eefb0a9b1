"""Who may do and see what, in one place: capabilities of each role, and the row a request gets or a 404."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from annotations.choices import Role
from annotations.domain.locks import ArticleGone
from annotations.models import User
from annotations.queries.sight import EVERYTHING, Sight, sight_of_member


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
    """Answer 403 to people whose role lacks `capability`; the view carries it as `required_capability`.

    An article that somebody deletes while the view is at work is answered as one that is not there.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not may(request.user, capability):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except ArticleGone as gone:
                raise Http404 from gone

        guarded.required_capability = capability  # type: ignore[attr-defined] # read by the test over all views
        return guarded

    return decorate


def sight_of(person: User) -> Sight:
    """Return what the person may see: who manages sees every set, everybody else the open ones and theirs."""
    return EVERYTHING if may(person, Capability.MANAGE) else sight_of_member(person)


def sight(request: DeskRequest) -> Sight:
    """Return what the person of this request may see; looked up once a request."""
    if not hasattr(request, "_sight"):
        request._sight = sight_of(request.user)  # type: ignore[attr-defined] # kept here alone
    found: Sight = request._sight  # type: ignore[attr-defined] # kept here alone
    return found


def row_or_404(request: DeskRequest, rows: QuerySet[Row], **lookup: Any) -> Row:
    """Return the one row if the person may see it, or answer 404, which tells nobody what exists."""
    return get_object_or_404(sight(request).narrowed(rows), **lookup)


def number_in(text: str | None) -> int | None:
    """Return the row's number that an address or a form names, None where it can be none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def capabilities(request: HttpRequest) -> dict[str, Any]:
    """Give every template `may`, a mapping such as `may.review` to whether the person may."""
    # A request refused for its Host never got as far as the middleware that adds the user.
    user = getattr(request, "user", None)
    held = CAPABILITIES.get(user.role, frozenset()) if isinstance(user, User) else frozenset()
    return {"may": {capability.value: capability in held for capability in Capability}}
