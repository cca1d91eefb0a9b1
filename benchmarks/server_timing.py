"""Tell in the `Server-Timing` header of every answer how long it took and how many queries it made."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


def server_timing(get_response: Handler) -> Handler:
    """Return the middleware: `app` is the time in milliseconds, the `desc` of `db` the number of queries."""

    def timed(request: HttpRequest) -> HttpResponse:
        count = 0

        def counted(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
            nonlocal count
            # PostgreSQL's driver begins a transaction by itself, SQLite is told to.
            count += not sql.startswith("BEGIN")
            return execute(sql, *arguments)

        started = time.perf_counter()
        with connection.execute_wrapper(counted):
            response = get_response(request)
        took = 1000 * (time.perf_counter() - started)
        response["Server-Timing"] = f'app;dur={took:.1f}, db;desc="{count}"'
        return response

    return timed
