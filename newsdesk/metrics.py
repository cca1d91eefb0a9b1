"""What is counted for Prometheus where NEWSDESK_METRICS_PORT is set: seconds of requests and annotations.

Several processes count; each keeps its figures in a file of METRICS_DIR, and `manage.py metrics` adds them up
(the library's multi-process mode).
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

Handler = Callable[[HttpRequest], HttpResponse]

REQUEST_SECONDS = Histogram(
    "newsdesk_request_seconds",
    "Seconds until a request was answered, by name of its view; a download counts until its first bytes.",
    ("view", "method", "status"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
ANNOTATION_SECONDS = Histogram(
    "newsdesk_annotation_seconds",
    "Seconds that a worker took for one annotation run, whatever came of it.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
METHODS = frozenset({"GET", "HEAD", "POST"})


class RequestSecondsMiddleware:
    """Count the seconds of each request; left out where nobody asked for metrics."""

    def __init__(self, get_response: Handler) -> None:
        if not settings.METRICS_PORT:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        # Names and methods that somebody can make up would make a series each.
        view = request.resolver_match.view_name if request.resolver_match else "none"
        method = request.method if request.method in METHODS else "other"
        labels = REQUEST_SECONDS.labels(view, method, f"{response.status_code // 100}xx")
        labels.observe(time.perf_counter() - started)
        return response


@contextmanager
def annotations_counted(runs: int) -> Iterator[None]:
    """Count the seconds of annotation runs that are stored together, an equal share for each."""
    if not settings.METRICS_PORT:
        yield
        return
    started = time.perf_counter()
    try:
        yield
    finally:
        for _ in range(runs):
            ANNOTATION_SECONDS.observe((time.perf_counter() - started) / runs)


def forget_the_dead(directory: Path) -> None:
    """Delete the figures of processes that are there no more, so that the directory does not grow."""
    for file in directory.glob("*.db"):
        process = re.search(r"_(\d+)\.db$", file.name)
        if process and not _is_alive(int(process[1])):
            file.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
