"""Workers, web, database and Redis killed at random moments of an import: every article is annotated once.

    .venv/bin/python -m benchmarks.killed_workers [--articles N] [--kills N] [--engine database|redis|both]

Articles are pushed through the HTTP API, and pushed again where no answer came, as a desk's script would.
Meanwhile two workers, the web server, a PostgreSQL of the benchmark's own and, with that engine, a Redis are
killed with SIGKILL, one at a time, each when a randomly drawn number of articles is annotated and a random
part of a second later; what was killed is started again a second after, as systemd and Compose do. Nothing
else helps. At the end counts what is there: each article once, ready, with claims, one finished run and one
applied draft; no claim or speaker twice; the imports' own numbers right. Prints a line an engine, and a
sentence for each fault; ends with exit code 1 where there was one. Linux, with PostgreSQL's programs and
redis-server installed.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from benchmarks.desk_server import ROOT, free_port

WORKERS = 2
AGAIN_AFTER = 1.0  # seconds until what was killed is started again
STUCK_AFTER = 180.0  # seconds without an article more, after which it is given up
NAMES = ("Ana Lindqvist", "Bo Ek", "Cleo Rosander", "Dag Moberg", "Edda Tveit", "Finn Aalto", "Greta Sorley")
SPOKEN = "“Toll number {number} stays for {years} more years,” said {name} on the bridge."
FILLER = "Nobody at the meeting wrote down the {number} other things that were asked about that day."
MAKE_TOKEN = (
    "from annotations.choices import Role, TokenScope; from annotations.domain.tokens import make_token; "
    "from annotations.models import User; "
    "by = User.objects.create_user('script', role=Role.EDITOR.value); "
    "print(make_token(name='import', scope=TokenScope.WRITE, expires_at=None, by=by, address=None)[1])"
)


class Kept:
    """A program that is started again whenever it has ended, until it is dismissed."""

    def __init__(self, name: str, start: Callable[[], "subprocess.Popen[bytes]"]) -> None:
        self.name = name
        self._start = start
        self._process = start()
        self._is_wanted = True
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def kill(self) -> None:
        """End it and its children at once."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # it has ended by itself and is about to be started again

    def dismiss(self) -> None:
        """End it for good."""
        self._is_wanted = False
        self.kill()
        self._thread.join()
        self.kill()
        self._process.wait()

    def _keep(self) -> None:
        while self._is_wanted:
            self._process.wait()
            self.kill()  # children that outlived it
            time.sleep(AGAIN_AFTER)
            if self._is_wanted:
                self._process = self._start()


class Desk:
    """A desk of several programs, on a database of its own that can be killed."""

    def __init__(self, folder: Path, engine: str, exits: ExitStack) -> None:
        self.log = folder / "log"
        self._port = free_port()
        self.database_url = f"postgresql://postgres@127.0.0.1:{free_port()}/postgres"
        programs = _postgresql_programs()
        data = folder / "postgresql"
        owner = "postgres" if os.getuid() == 0 else None  # PostgreSQL refuses to run as root
        folder.chmod(0o755)
        data.mkdir()
        if owner:
            shutil.chown(data, owner, owner)
        made = [programs / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, user=owner, group=owner, cwd=data)
        port = self.database_url.rpartition(":")[2].partition("/")[0]
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "NEWSDESK_DATA_DIR": str(folder),
            "DATABASE_URL": self.database_url,
            "LOG_LEVEL": "WARNING",
            "OMP_NUM_THREADS": "1",
            "DJANGO_SETTINGS_MODULE": "newsdesk.settings",
            "NEWSDESK_API_REQUESTS_A_MINUTE": "1000000",
        }
        self.programs: list[Kept] = []

        def keep(name: str, *command: str | Path, user: str | None = None, cwd: Path = ROOT) -> None:
            self.programs.append(Kept(name, lambda: self._started(command, user, cwd)))
            exits.callback(self.programs[-1].dismiss)

        sockets = f"unix_socket_directories={data}"
        keep(
            "database",
            *(programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", port, "-c", sockets),
            user=owner,
            cwd=data,
        )
        self._wait_for_database()
        if engine == "redis":
            port = str(free_port())
            self._environment["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
            keep("redis", "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", cwd=folder)
        self._manage("migrate", "--verbosity", "0")
        self._token = self._manage("shell", "--verbosity", "0", "--command", MAKE_TOKEN).strip()
        keep("web", sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{self._port}", "newsdesk.wsgi")
        for number in range(WORKERS):
            keep(f"worker {number + 1}", sys.executable, "manage.py", "worker")

    def push(self, text: str) -> bool:
        """Hand in an article; say whether that was acknowledged."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/api/v1/articles",
            data=json.dumps({"text": text}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return bool(answer.status < 300)
        except urllib.error.HTTPError as error:
            if error.code < 500:
                raise
            return False
        except OSError:
            return False

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Return the rows of a query; raises OperationalError while the database is away."""
        with psycopg.connect(self.database_url, connect_timeout=5) as connection:
            return connection.execute(sql).fetchall()

    def annotated(self) -> int | None:
        """Count the runs that are done, None while the database is away."""
        try:
            ((count,),) = self.rows("SELECT count(*) FROM annotations_annotationrun WHERE state = 'done'")
        except psycopg.OperationalError:
            return None
        return int(str(count))

    def _started(
        self, command: tuple[str | Path, ...], user: str | None, cwd: Path
    ) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=cwd,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=user,
                group=user,
            )

    def _manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def _wait_for_database(self) -> None:
        give_up = time.monotonic() + 60
        while True:
            try:
                self.rows("SELECT 1")
                return
            except psycopg.OperationalError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.1)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--engine", choices=["database", "redis", "both"], default="both")
    parser.add_argument("--words", type=int, default=300, help="an article has (default: 300)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    texts = [_text(number, options.words) for number in range(options.articles)]
    wrong = 0
    for engine in ("database", "redis") if options.engine == "both" else (options.engine,):
        with _desk(engine) as desk:
            wrong += _run(desk, engine, texts, kills=options.kills, chance=random.Random(options.seed))
    sys.exit(1 if wrong else 0)


@contextmanager
def _desk(engine: str) -> Iterator[Desk]:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with tempfile.TemporaryDirectory(prefix="newsdesk-benchmark-") as folder, ExitStack() as exits:
        yield Desk(Path(folder), engine, exits)


def _run(desk: Desk, engine: str, texts: list[str], *, kills: int, chance: random.Random) -> int:
    started = time.monotonic()
    again = 0

    def push_all() -> None:
        nonlocal again
        for text in texts:
            while not desk.push(text):
                again += 1
                time.sleep(0.3)

    pushing = threading.Thread(target=push_all, daemon=True)
    pushing.start()
    moments = sorted(chance.randrange(len(texts)) for _ in range(kills))
    killed: Counter[str] = Counter()
    done, last_moved = 0, time.monotonic()
    while done < len(texts) and time.monotonic() - last_moved < STUCK_AFTER:
        now = desk.annotated()
        if now is not None and now > done:
            done, last_moved = now, time.monotonic()
        if moments and done >= moments[0]:
            moments.pop(0)
            time.sleep(chance.random())
            program = chance.choice(desk.programs)
            program.kill()
            killed[program.name] += 1
        time.sleep(0.1)
    pushing.join(timeout=STUCK_AFTER)
    faults = _faults(desk, texts)
    print(
        f"{engine}: {len(texts)} articles in {time.monotonic() - started:.0f} s, "
        f"killed {killed.total()} times ("
        + ", ".join(f"{name} {count}" for name, count in sorted(killed.items()))
        + f"); {again} requests sent again; faults: {len(faults)}",
        flush=True,
    )
    for fault in faults[:20]:
        print(f"  {fault}")
    return len(faults)


def _faults(desk: Desk, texts: list[str]) -> list[str]:
    """Return a sentence for each thing that is not as it must be."""
    wanted = len(texts)
    runs, articles = "annotations_annotationrun", "annotations_article"
    claims = "annotations_claim"
    numbers = {
        f"articles, of {wanted}": (f"SELECT count(*) FROM {articles}", wanted),
        "articles that are not ready": (f"SELECT count(*) FROM {articles} WHERE state <> 'ready'", 0),
        f"finished runs, of {wanted}": (f"SELECT count(*) FROM {runs} WHERE state = 'done'", wanted),
        "runs that are not done": (f"SELECT count(*) FROM {runs} WHERE state <> 'done'", 0),
        "claims that are there twice": (
            f"SELECT count(*) - count(DISTINCT (article_id, start, kind)) FROM {claims}",
            0,
        ),
        f"articles with claims, of {wanted}": (f"SELECT count(DISTINCT article_id) FROM {claims}", wanted),
        f"articles that their imports count as done, of {wanted}": (
            "SELECT coalesce(sum(runs_done), 0) FROM annotations_upload",
            wanted,
        ),
        "imports that are not through": (
            "SELECT count(*) FROM annotations_upload WHERE items_open <> 0 OR runs_total <> runs_done",
            0,
        ),
    }
    counted = {what: (int(str(desk.rows(sql)[0][0])), right) for what, (sql, right) in numbers.items()}
    faults = [f"{number} {what}" for what, (number, right) in counted.items() if number != right]
    drafts = desk.rows(
        f"SELECT a.id, count(r.id) FROM {articles} a LEFT JOIN annotations_revision r "
        "ON r.article_id = a.id AND r.verb = 'pre-annotate' GROUP BY a.id HAVING count(r.id) <> 1"
    )
    faults += [f"article {article} has {count} applied drafts" for article, count in drafts]
    # By name: a description such as "a driver" is a speaker in each article anew.
    speakers = Counter(str(name) for (name,) in desk.rows("SELECT name FROM annotations_speaker"))
    return faults + [f"{name} is {speakers[name]} speakers" for name in NAMES if speakers[name] > 1]


def _text(number: int, words: int) -> str:
    """Return an article of its own about a toll, by speakers that all articles share."""
    chance = random.Random(number)
    paragraphs: list[str] = []
    while sum(len(paragraph.split()) for paragraph in paragraphs) < words:
        name = chance.choice(NAMES)
        paragraphs.append(SPOKEN.format(number=number, years=chance.randrange(2, 90), name=name))
        paragraphs.append(" ".join(FILLER.format(number=chance.randrange(2, 90)) for _ in range(2)))
    return "\n\n".join(paragraphs) + "\n"


def _postgresql_programs() -> Path:
    found = (
        subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        if shutil.which("pg_config")
        else None
    )
    folders = [Path(found.stdout.strip())] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    sys.exit("No programs of a PostgreSQL server were found.")


if __name__ == "__main__":
    main()
