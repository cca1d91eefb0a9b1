"""The log: which request, article or run a line is about, as plain text and as JSON."""

import json
import logging
import sys
from typing import Any

import pytest
from django.test import Client

from newsdesk.logs import AboutFilter, JsonFormatter, about
from tests.builders import make_article


def record(message: str = "read", **fields: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"msg": message, "name": "desk", "levelname": "INFO", **fields})
    AboutFilter().filter(made)
    return made


def test_a_line_says_what_it_is_about_and_the_inner_names_end_with_their_block() -> None:
    with about(request="4f1c"):
        with about(run=12, article=3):
            assert record().about_text == " [request=4f1c run=12 article=3]"
        assert record().about_text == " [request=4f1c]"
    assert record().about_text == ""


def test_json_is_one_object_in_one_line_whatever_the_message_holds() -> None:
    with about(run=12):
        line = JsonFormatter().format(record("“two\nlines”"))

    assert "\n" not in line
    found = json.loads(line)
    assert found.pop("at").endswith("+00:00")
    assert found == {"level": "INFO", "logger": "desk", "message": "“two\nlines”", "run": 12}


def test_json_holds_the_traceback() -> None:
    try:
        raise ValueError("no number")
    except ValueError:
        line = JsonFormatter().format(record(exc_info=sys.exc_info()))

    assert json.loads(line)["traceback"].endswith("ValueError: no number")


@pytest.mark.django_db
def test_each_request_has_an_id_of_its_own(client: Client) -> None:
    ids = {client.get("/healthz")["X-Request-ID"] for _ in range(2)}

    assert len(ids) == 2


@pytest.mark.parametrize(
    ("proxies", "given", "is_kept"),
    [
        (1, "edge-7.42", True),
        (0, "edge-7.42", False),
        (1, "a b", False),
        (1, "x" * 65, False),
    ],
)
def test_only_a_trusted_proxy_names_a_request(
    client: Client, settings: Any, proxies: int, given: str, is_kept: bool
) -> None:
    settings.TRUSTED_PROXIES = proxies

    answer = client.get("/healthz", headers={"X-Request-ID": given})

    assert (answer["X-Request-ID"] == given) is is_kept


@pytest.mark.django_db
def test_lines_about_a_request_carry_its_id_and_its_article(
    editor_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    article = make_article()
    caplog.handler.addFilter(AboutFilter())

    answer = editor_client.put(f"/articles/{article.pk}/review")

    (line,) = [found for found in caplog.records if found.name == "django.request"]
    assert line.about == {"request": answer["X-Request-ID"], "article": article.pk}  # type: ignore[attr-defined]
