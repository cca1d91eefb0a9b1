"""The web process stays light: what only the worker needs is never loaded by a page."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HEAVY = ("spacy", "thinc", "numpy", "trafilatura", "lxml", "pypdf", "py3langid", "charset_normalizer")
PROGRAM = f"""
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import newsdesk.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
from django.test import RequestFactory
newsdesk.wsgi.application.resolve_request(RequestFactory().get("/log-in"))
print([name for name in {HEAVY} if name in sys.modules])
"""


def test_the_web_process_loads_nothing_that_only_the_worker_needs() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "[]", answer.stdout + answer.stderr
