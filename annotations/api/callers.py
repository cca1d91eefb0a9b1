"""Who calls the API: the token of a request, what it may do, and how often.

Nothing here looks at a session, so that no other site can make a browser call the API, and no page looks at
a token.
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.errors import AuthenticationError, AuthorizationError, Throttled
from ninja.security import HttpBearer

from annotations.choices import TokenScope
from annotations.domain.tokens import digest_of, note_use
from annotations.models import ApiToken, User
from annotations.queries.sight import Sight
from annotations.queries.tokens import usable_token
from annotations.views.access import Capability, may, sight_of
from newsdesk.proxies import client_address

FAILURES_A_MINUTE = 30


@dataclass(frozen=True, slots=True)
class Caller:
    """The person whose token it is, the token, and what they may see."""

    person: User
    token: ApiToken
    sight: Sight


class ApiRequest(HttpRequest):
    """A request that brought a usable token, for the type checker; `Token` makes it true."""

    auth: Caller


class Token(HttpBearer):
    """What a caller must be to use an address: the capability of their role, and the scope of their token."""

    def __init__(self, capability: Capability, scope: TokenScope) -> None:
        super().__init__()
        self.capability = capability
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        """Return who calls. Raises the error that is answered: 401, 403 or 429."""
        address = f"address:{client_address(request)}"
        if wait := _wait(address, FAILURES_A_MINUTE):
            raise Throttled(wait)
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        caller = self.authenticate(request, secret.strip()) if scheme.lower() == "bearer" else None
        if caller is None:
            _count(address)
            raise AuthenticationError(
                message="Send a token that is neither revoked nor expired: Authorization: Bearer newsdesk_…"
            )
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """Return the caller with this token, None where there is none."""
        found = usable_token(digest_of(token))
        if found is None:
            return None
        if wait := _wait(f"token:{found.pk}", settings.API_REQUESTS_A_MINUTE):
            raise Throttled(wait)
        _count(f"token:{found.pk}")
        note_use(token=found)
        if self.scope == TokenScope.WRITE and found.scope != TokenScope.WRITE:
            raise AuthorizationError(message="This token may only read: make one that may write.")
        if not may(found.person, self.capability):
            raise AuthorizationError(message="The role of the token's owner does not allow this.")
        return Caller(found.person, found, sight_of(found.person))


READING = Token(Capability.READ, TokenScope.READ)
READING_UPLOADS = Token(Capability.MANAGE, TokenScope.READ)
WRITING = Token(Capability.MANAGE, TokenScope.WRITE)


def _wait(what: str, most: int) -> int:
    """Return the seconds until `what` may be tried again, 0 where it may now."""
    now = int(time.time())
    return 60 - now % 60 if cache.get(_key(what, now), 0) >= most else 0


def _count(what: str) -> None:
    key = _key(what, int(time.time()))
    cache.add(key, 0, timeout=120)
    try:
        cache.incr(key)
    except ValueError:  # dropped in between for want of room
        cache.set(key, 1, timeout=120)


def _key(what: str, now: int) -> str:
    return f"api:{what}:{now // 60}"
