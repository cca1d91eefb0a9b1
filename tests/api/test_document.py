"""The OpenAPI document is true: schemathesis asks the app for what it says, and for what it forbids."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from annotations.api.shapes import ClaimOut
from annotations.choices import Role
from annotations.exports.row import COLUMNS
from tests.api.conftest import secret_of
from tests.builders import make_article, make_claim, make_set, make_user
from tests.views.rules import API_RULES

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
]
_app = get_wsgi_application()


def app(environ: Any, start_response: Any) -> list[bytes]:
    """Answer as the app does and close the answer, and files of an upload with it, as every server does."""
    answer = _app(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


def test_the_document_has_every_address_and_method_of_the_api() -> None:
    described = [(path, method) for path, methods in schema.raw_schema["paths"].items() for method in methods]

    assert len(described) == sum(len(rule) for name, rule in API_RULES.items() if name != "api:document")
    assert all(path.startswith("/api/v1/") for path, _ in described)


def test_claims_have_the_columns_of_the_export() -> None:
    assert tuple(ClaimOut.model_fields) == COLUMNS


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the test's connection open after a request, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def authorization(db: None, one_connection: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """What an editor's script sends, at a desk with a few rows and without limits on requests."""
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    monkeypatch.setattr("annotations.api.callers.FAILURES_A_MINUTE", 1_000_000)
    claim = make_claim(article=make_article())
    make_set("Harbour", articles=(claim.article,))
    return f"Bearer {secret_of(make_user(role=Role.EDITOR))}"


@schema.parametrize()
@settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
def test_the_app_does_what_the_document_says(case: Any, authorization: str) -> None:
    case.call_and_validate(headers={"Authorization": authorization}, checks=CHECKS)
