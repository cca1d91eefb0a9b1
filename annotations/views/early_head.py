"""A page whose head goes out before its body is made, so that styles and scripts are fetched meanwhile."""

import logging
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import copy_context
from gzip import GzipFile
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.text import StreamingBuffer

from annotations.views.access import DeskRequest

logger = logging.getLogger("django.request")

END_OF_HEAD = "</head>"
LEVEL = 6  # of compression, as Django's GZipMiddleware has it
PADDING = 100  # bytes at most of random length, as there (decision 66)


def is_opened(request: DeskRequest) -> bool:
    """Say whether a browser opens the page; who fetches it otherwise gets it in one go, with its length."""
    return request.method == "GET" and not request.htmx and "text/html" in request.headers.get("Accept", "")


def early_head(
    request: DeskRequest, template: str, context: Mapping[str, Any], answer: Callable[[], HttpResponse]
) -> StreamingHttpResponse:
    """Send the head of `template` at once, and then what follows the head in what `answer()` returns.

    The head needs no more than `context`. The status is sent before `answer` is called, so that a failure can
    but take the place of the body, and be logged. Decision 115 says what is gained.
    """
    head, end, _ = render_to_string(template, {**context, "is_head": True}, request).partition(END_OF_HEAD)
    # Cookies and session are settled with the headers: the body's token, and messages counted as shown.
    get_token(request)
    iter(get_messages(request))
    about = copy_context()  # what the log says of the request, which is over when the body is made
    parts = _parts(head + end, lambda: about.run(_body, request, answer))
    accepts_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = StreamingHttpResponse(_compressed(parts) if accepts_gzip else parts)
    if accepts_gzip:
        response["Content-Encoding"] = "gzip"
    response["X-Accel-Buffering"] = "no"  # or nginx keeps the head until the body has come
    return response


def _parts(head: str, body: Callable[[], str]) -> Iterator[bytes]:
    yield head.encode()
    yield body().encode()


def _body(request: DeskRequest, answer: Callable[[], HttpResponse]) -> str:
    try:
        page = answer().content.decode()
    except Exception:
        logger.exception("Internal Server Error: %s", request.path)
        page = render_to_string("500.html")
    return page.partition(END_OF_HEAD)[2]


def _compressed(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Compress each part so that it can be read before the next has come, which Django's own does not."""
    buffer = StreamingBuffer()
    padding = "a" * secrets.randbelow(PADDING)
    with GzipFile(filename=padding, mode="wb", compresslevel=LEVEL, fileobj=buffer, mtime=0) as file:
        for part in parts:
            file.write(part)
            file.flush()
            yield buffer.read()
    yield buffer.read()
