"""How much memory a worker holds after a day's articles: the real worker, over a folder of texts.

    .venv/bin/python -m benchmarks.worker_memory CORPUS.jsonl

Imports every text of the corpus into a database of its own, starts `manage.py worker`, waits until all are
annotated and prints the worker's resident memory then and at its highest, in MB (of 2**20 bytes; Linux only).
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_PATIENCE_SECONDS = 900
_RESIDENT = re.compile(r"^Vm(RSS|HWM):\s+(\d+) kB", re.MULTILINE)


def measure(corpus: Path) -> dict[str, float]:
    """Return MB of resident memory at the end ("RSS") and at its highest ("HWM")."""
    with tempfile.TemporaryDirectory(prefix="newsdesk-benchmark-") as folder:
        environment = {**os.environ, "NEWSDESK_DATA_DIR": folder, "OMP_NUM_THREADS": "1"}
        environment.pop("DATABASE_URL", None)
        texts = Path(folder) / "texts"
        texts.mkdir()
        for number, line in enumerate(corpus.read_text(encoding="utf-8").splitlines()):
            (texts / f"{number:04}.txt").write_text(json.loads(line)["text"], encoding="utf-8")
        _manage(["migrate", "--verbosity", "0"], environment)
        _manage(["shell", "--command", _MAKE_ACTOR], environment)
        _manage(["import_articles", str(texts), "--by", "benchmark"], environment)
        worker = subprocess.Popen([sys.executable, "manage.py", "worker"], env=environment)
        try:
            _wait(environment)
            status = Path(f"/proc/{worker.pid}/status").read_text(encoding="ascii")
        finally:
            worker.terminate()
            worker.wait()
    return {name: int(kilobytes) / 1024 for name, kilobytes in _RESIDENT.findall(status)}


_MAKE_ACTOR = (
    "from annotations.choices import Role; from tests.builders import make_user; "
    "make_user(username='benchmark', role=Role.ADMIN)"
)
_COUNT_WAITING = (
    "from annotations.models import Article; "
    "print(Article.objects.filter(state__in=['queued', 'annotating']).count())"
)


def _manage(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def _wait(environment: dict[str, str]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while _manage(["shell", "--verbosity", "0", "--command", _COUNT_WAITING], environment).split()[-1] != "0":
        if time.monotonic() > deadline:
            raise TimeoutError("The worker did not annotate the corpus in time.")
        time.sleep(2)


def main() -> None:
    """Measure and print."""
    for name, megabytes in measure(Path(sys.argv[1])).items():
        print(f"{name} {megabytes:.0f} MB")


if __name__ == "__main__":
    main()
