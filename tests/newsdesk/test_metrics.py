"""Metrics: served by a process of its own, from what the web process counted and what the database knows."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from newsdesk.metrics import forget_the_dead

ROOT = Path(__file__).resolve().parent.parent.parent
ASK = """
import newsdesk.wsgi
from django.test import Client
Client().get("/healthz", headers={"host": "localhost"})
"""


def answer_of(port: int, process: "subprocess.Popen[bytes]") -> str:
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at:
        assert process.poll() is None
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.1)
    pytest.fail("nobody answered")


def test_metrics_hold_requests_by_view_and_the_queue(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    environment |= {
        "NEWSDESK_DATA_DIR": str(tmp_path),
        "NEWSDESK_METRICS_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "newsdesk.settings",
    }
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity=0"], cwd=ROOT, env=environment, check=True)
    with subprocess.Popen([*manage, "metrics"], cwd=ROOT, env=environment) as process:
        try:
            answer_of(port, process)
            subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=environment, check=True)

            found = answer_of(port, process)
        finally:
            process.send_signal(signal.SIGTERM)

    assert process.returncode == 0
    assert 'newsdesk_request_seconds_count{method="GET",status="2xx",view="healthz"} 1.0' in found
    assert "newsdesk_queue_depth 0.0" in found
    assert 'newsdesk_runs{state="queued"} 0.0' in found
    assert "newsdesk_workers 0.0" in found


def test_without_a_port_the_command_says_which_variable_to_set() -> None:
    finished = subprocess.run(
        [sys.executable, "manage.py", "metrics"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert finished.returncode == 1
    assert "NEWSDESK_METRICS_PORT" in finished.stderr


def test_figures_of_processes_that_are_gone_are_deleted(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    dead, alive = tmp_path / f"histogram_{ended.pid}.db", tmp_path / f"histogram_{os.getpid()}.db"
    dead.touch()
    alive.touch()

    forget_the_dead(tmp_path)

    assert list(tmp_path.iterdir()) == [alive]
