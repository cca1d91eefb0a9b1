"""How quick an import is beside the bare pipeline, with one worker and with two, and what a worker holds.

    .venv/bin/python -m benchmarks.import_throughput CORPUS.jsonl [--articles 2000] [--rounds 1]

Takes the first so many texts of a corpus, again from its start with a line added where it has fewer. In each
round the bare pipeline annotates them in a process of one core, and an import on PostgreSQL stores and
annotates them with one worker of one core, and with two: from the start of `import_articles` until the last
is ready, with the workers' pipelines loaded before. Prints articles a second and the ratios; the same by the
processor time of pipeline and worker alone, which a busy machine changes less; and the worker's resident
memory in the second and the last tenth of the import with one. Linux only.

Each worker is pinned to a core; everything else takes what is left. On a machine of two cores the database
and the importing program take from two workers what a larger machine would spare them.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from benchmarks.desk_server import ROOT, fresh_database

MAKE_ACTOR = "from annotations.models import User; User.objects.create_user('benchmark', role='admin')"
BARE = """
import json, sys, time
from pathlib import Path
from annotations.nlp.pipeline import annotate
texts = [path.read_text(encoding="utf-8") for path in sorted(Path(sys.argv[1]).iterdir())]
annotate(texts[0])
started, worked = time.perf_counter(), time.process_time()
for text in texts:
    annotate(text)
print(time.perf_counter() - started, time.process_time() - worked)
"""
WARM = "“It stays,” said Ana Lindqvist of the toll on the bridge, number {number}.\\n"


class Desk:
    """A desk without web pages: a database, and workers that wait."""

    def __init__(self, folder: Path, database_url: str, workers: int, cores: Sequence[int]) -> None:
        self._url = database_url
        self._folder = folder
        self._environment = {
            **os.environ,
            "NEWSDESK_DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "OMP_NUM_THREADS": "1",
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "newsdesk.settings",
        }
        self._environment.pop("REDIS_URL", None)
        self.manage("migrate", "--verbosity", "0")
        self.manage("shell", "--verbosity", "0", "--command", MAKE_ACTOR)
        self.workers = [
            subprocess.Popen(
                [sys.executable, "manage.py", "worker"],
                cwd=ROOT,
                env=self._environment,
                preexec_fn=_pinned(cores[number % len(cores)]),
            )
            for number in range(workers)
        ]

    def warm_up(self) -> None:
        """Have every worker load its pipeline: short articles until each has done one, or so it is likely."""
        texts = self._folder / "warm"
        texts.mkdir()
        number = 0
        for _ in range(3 * len(self.workers)):
            for _ in range(8):
                number += 1
                (texts / f"{number}.txt").write_text(WARM.format(number=number), encoding="utf-8")
            self.manage("import_articles", str(texts), "--by", "benchmark")
            self.wait_for(number)

    def manage(self, *arguments: str) -> None:
        """Run a command of manage.py."""
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def done(self) -> int:
        """Count the finished runs."""
        with psycopg.connect(self._url) as connection:
            row = connection.execute(
                "SELECT count(*) FROM annotations_annotationrun WHERE state IN ('done', 'failed')"
            ).fetchone()
        return int(row[0]) if row else 0

    def wait_for(self, runs: int) -> None:
        """Wait until so many runs are finished."""
        while self.done() < runs:
            time.sleep(0.1)

    def import_all(self, texts: Path, count: int) -> tuple[float, list[list[float]]]:
        """Import the texts; return the seconds, and the workers' megabytes in each tenth of the articles."""
        before = self.done()
        memory: list[list[float]] = [[] for _ in range(10)]
        started = time.perf_counter()
        importing = subprocess.Popen(
            [sys.executable, "manage.py", "import_articles", str(texts), "--by", "benchmark"],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
        )
        while (done := self.done() - before) < count:
            memory[min(9, 10 * done // count)].append(_megabytes(self.workers[0].pid))
            time.sleep(0.2)
        seconds = time.perf_counter() - started
        importing.wait()
        return seconds, memory

    def stop(self) -> None:
        """End the workers."""
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            worker.wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--postgresql", metavar="URL", help="where databases may be made")
    options = parser.parse_args()
    # Whoever is asked to stop takes workers and database away as well.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="newsdesk-benchmark-") as folder:
        texts = Path(folder)
        words = _write(options.corpus, texts, options.articles)
        print(f"{options.articles} articles of {words} words on average, {len(cores)} cores", flush=True)
        for _ in range(options.rounds):
            _round(texts, options.articles, cores, options.postgresql)


def _round(texts: Path, count: int, cores: Sequence[int], postgresql: str | None) -> None:
    seconds, bare_worked = _bare_seconds(texts, cores[0])
    bare = count / seconds
    print(
        f"bare pipeline: {bare:.2f} articles a second, "
        f"{1000 * bare_worked / count:.0f} ms of processor time each",
        flush=True,
    )
    rates: list[float] = []
    for workers in (1, 2):
        with _desk(workers, cores, postgresql) as desk:
            desk.warm_up()
            worked = sum(_processor_seconds(worker.pid) for worker in desk.workers)
            seconds, memory = desk.import_all(texts, count)
            worked = sum(_processor_seconds(worker.pid) for worker in desk.workers) - worked
        rates.append(count / seconds)
        compared = rates[-1] / (rates[0] if workers == 2 else bare)
        print(
            f"import, {workers} worker{'s' if workers > 1 else ''}: {rates[-1]:.2f} articles a second, "
            f"{compared:.2f} of {'one worker' if workers == 2 else 'the bare pipeline'}; "
            f"{1000 * worked / count:.0f} ms of the workers' processor time each, so that "
            f"{bare_worked / worked:.2f} of it is the pipeline's",
            flush=True,
        )
        if workers == 1 and memory[1] and memory[9]:
            second, last = statistics.median(memory[1]), statistics.median(memory[9])
            print(
                f"memory of the worker: {second:.0f} MB in the second tenth, {last:.0f} MB in the last, "
                f"{last / second:.2f} times",
                flush=True,
            )


@contextmanager
def _desk(workers: int, cores: Sequence[int], postgresql: str | None) -> Iterator[Desk]:
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="newsdesk-benchmark-")))
        url = exits.enter_context(fresh_database("postgresql", folder, postgresql))
        desk = Desk(folder, url, workers, cores)
        exits.callback(desk.stop)
        yield desk


def _bare_seconds(texts: Path, core: int) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", BARE, str(texts)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        preexec_fn=_pinned(core),
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, worked = map(float, done.stdout.split()[-2:])
    return seconds, worked


def _pinned(core: int) -> Callable[[], None]:
    """Return what makes a child process stay on the core."""
    return lambda: os.sched_setaffinity(0, {core})


def _write(corpus: Path, folder: Path, count: int) -> int:
    """Write so many different texts as files, and return their words on average."""
    lines = corpus.read_text(encoding="utf-8").splitlines()
    found = list(dict.fromkeys(json.loads(line)["text"] for line in lines))
    words = 0
    for number in range(count):
        text = found[number % len(found)]
        if number >= len(found):
            text = f"{text}\n\nPrinted {number // len(found)} times before."
        words += len(text.split())
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")
    return words // count


def _processor_seconds(pid: int) -> float:
    """Return the processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(pid: int) -> float:
    """Return the resident memory of a process, in MB of 2**20 bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
