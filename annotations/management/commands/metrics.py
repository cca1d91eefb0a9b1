"""Serve the desk's metrics to Prometheus on this machine's own address."""

import signal
import threading
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from annotations.queries import work
from newsdesk.metrics import forget_the_dead


class DeskCollector:
    """What the database knows, read anew each time somebody asks."""

    def collect(self) -> Iterator[Metric]:
        """Yield queue depth, age of the oldest waiting work, runs by state, and workers."""
        close_old_connections()
        yield GaugeMetricFamily(
            "newsdesk_queue_depth", "Runs and uploaded files that wait for a worker.", work.queue_depth()
        )
        yield GaugeMetricFamily(
            "newsdesk_oldest_waiting_seconds", "Age of the oldest of them.", work.oldest_waiting_seconds()
        )
        yield GaugeMetricFamily("newsdesk_workers", "Workers seen lately.", work.workers_alive())
        runs = GaugeMetricFamily("newsdesk_runs", "Annotation runs by state.", labels=["state"])
        for state, count in work.runs_by_state().items():
            runs.add_metric([state], count)
        yield runs


class Command(BaseCommand):
    """Serve the metrics until stopped."""

    help = "Serve metrics for Prometheus at 127.0.0.1 and NEWSDESK_METRICS_PORT until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until SIGTERM or Ctrl-C. Raises CommandError where no port is set or it is taken."""
        if not settings.METRICS_PORT:
            raise CommandError("Set NEWSDESK_METRICS_PORT to a free port, for these and the other processes.")
        forget_the_dead(settings.METRICS_DIR)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(settings.METRICS_DIR))  # type: ignore[no-untyped-call]
        registry.register(DeskCollector())
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        try:
            server, thread = start_http_server(settings.METRICS_PORT, addr="127.0.0.1", registry=registry)
        except OSError as error:
            raise CommandError(
                f"NEWSDESK_METRICS_PORT: port {settings.METRICS_PORT} can't be used: {error.strerror}."
            ) from error
        stop.wait()
        server.shutdown()
        thread.join()
