"""What a supervisor or load balancer asks: does the process answer, and can it serve people now?"""

import tempfile

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.queries.work import oldest_waiting_seconds, workers_alive
from newsdesk.engines import engine


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200: the process lives. What it depends on is asked at readyz."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 where pages can be served and uploads taken in, else 503 with the reason.

    The number of workers, the seconds that the oldest work waits and what is wrong with Redis are told beside
    it: without them the pages work all the same, and taking those away would help nobody.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return _not_ready("the database has to be migrated: run manage.py migrate")
        answer: dict[str, object] = {
            "workers": workers_alive(),
            "oldest_waiting_seconds": oldest_waiting_seconds(),
        }
    except DatabaseError:
        return _not_ready("no database")
    if not _can_spool():
        return _not_ready("the data folder can't be written to: is the disk full?")
    if trouble := engine().trouble():
        answer["trouble"] = trouble
    return JsonResponse({"status": "ok", **answer})


def _not_ready(reason: str) -> JsonResponse:
    return JsonResponse({"status": reason}, status=503)


def _can_spool() -> bool:
    try:
        settings.SPOOL_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.SPOOL_DIR) as file:
            file.write(b"\0" * 4096)
    except OSError:
        return False
    return True
