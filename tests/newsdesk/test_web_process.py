"""What the web process loads: it answers pages, and never reads an article."""

import os
import subprocess
import sys

ASK_FOR_A_PAGE = """
import sys
from newsdesk.wsgi import application
from django.test import Client
from django.urls import get_resolver
assert len(list(get_resolver().url_patterns)) > 1
assert Client().get("/", headers={"host": "localhost"}).status_code in (200, 302)
print(*sorted(name for name in sys.modules if "." not in name))
"""


def test_web_process_loads_neither_spacy_nor_the_runtime_of_the_trained_file(tmp_path) -> None:
    # In a database of its own: what the suite runs on may not be there yet.
    environment = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    environment |= {"NEWSDESK_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "newsdesk.settings"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=environment, check=True)

    asked = subprocess.run(
        [sys.executable, "-c", ASK_FOR_A_PAGE], env=environment, check=True, capture_output=True, text=True
    )

    loaded = set(asked.stdout.split())
    assert "django" in loaded
    assert loaded.isdisjoint({"spacy", "onnxruntime", "numpy", "torch", "trafilatura", "pypdf"})
