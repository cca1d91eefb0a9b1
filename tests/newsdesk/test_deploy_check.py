"""Django's own check for deployment finds nothing where a TLS proxy stands in front."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_check_for_deployment_is_clean_behind_tls(tmp_path: Path) -> None:
    # The browser tests set what only tests may; a desk that is deployed has none of it.
    own = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    environment = {name: value for name, value in own.items() if not name.endswith("DATABASE_URL")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "newsdesk.settings",
        "NEWSDESK_DATA_DIR": str(tmp_path),
        "HTTPS": "yes",
        "ALLOWED_HOSTS": "desk.example.org",
    }

    finished = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
