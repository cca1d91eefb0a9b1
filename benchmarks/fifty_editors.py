"""Fifty editors at work beside an import on PostgreSQL: no error, nothing lost, and how long they wait.

    .venv/bin/python -m benchmarks.fifty_editors [--minutes 10] [--editors 50] [--postgresql URL]

First one editor works alone for a minute, then all of them while a worker reads and pre-annotates an import
that was uploaded just before, more than it gets done meanwhile. Each thinks for two seconds on average, then
takes a step on the review page of an article of their own, or, one time in three, looks at a list, a search,
the desk or another article. Prints the 95th percentile of steps and of pages in both parts, the ratio for
steps, how far the import came, and how many faults there were: what counts as one is in
`benchmarks/acknowledged.py`; a page that answers with 400 or more is one as well. Ends with exit code 1 where
there was a fault or the ratio is over 3.
"""

import argparse
import io
import random
import statistics
import sys
import threading
import time
import zipfile

from benchmarks.acknowledged import Step, faults_after
from benchmarks.desk_server import DeskServer, desk_server
from benchmarks.http_editor import Answer, Faults, HttpEditor, upload

MOST_RATIO = 3.0
THINKS = 2.0  # seconds, on average
ALONE = 60.0  # seconds
IMPORTED = 400  # articles a minute
IN_A_ZIP = 1_000
PAGES = (
    *("/", "/articles", "/articles?sort=title", "/articles?state=ready", "/search?q=toll", "/speakers"),
    *("/search?q=bridge&kind=claims", "/speakers?sort=claims", "/sets", "/queue/end", "/export"),
)


class ThinkingEditor(HttpEditor):
    """An editor on a network that does not fail, who thinks before each step and looks around."""

    def __init__(self, server: DeskServer, username: str, article: int, others: list[int]) -> None:
        self.steps: list[float] = []
        self.pages: list[float] = []
        self.refused: list[str] = []
        self._others = others
        self._thoughts = random.Random(username)
        super().__init__(server.port, username, article, username, Faults(0, 0, 0, 0))

    def work(self, seconds: float) -> None:
        """Go on for so long, and answer for all that waits at the end."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(self._thoughts.expovariate(1 / THINKS))
            if self._thoughts.random() < 1 / 3:
                self._look()
            else:
                self.act()
        self.drain()

    def _look(self) -> None:
        path = self._thoughts.choice((*PAGES, f"/articles/{self._thoughts.choice(self._others)}/review"))
        started = time.perf_counter()
        status = self.visit(path)
        self.pages.append(time.perf_counter() - started)
        if status >= 400:
            self.refused.append(f"{self.username} was answered {status} at {path}")

    def _send(self, step: Step) -> Answer:
        started = time.perf_counter()
        answer = super()._send(step)
        self.steps.append(time.perf_counter() - started)
        return answer


def main() -> None:
    """Run both parts and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--editors", type=int, default=50)
    parser.add_argument("--postgresql", metavar="URL", help="where databases may be made")
    options = parser.parse_args()
    with desk_server("postgresql", postgresql=options.postgresql) as server:
        sys.exit(_run(server, editors=options.editors, seconds=60 * options.minutes))


def _run(server: DeskServer, *, editors: int, seconds: float) -> int:
    # One more works alone first: with the name of one of the others it would make the same keys again.
    first, *usernames = server.rows("people", str(editors + 1))
    size = ["--words", "700", "--claims", "20", "--copies", str(editors + 1)]
    own, *ids = [article["id"] for article in server.rows("articles", *size)]
    server.rows("begin")
    alone = ThinkingEditor(server, first, own, ids)
    alone.work(min(ALONE, seconds))
    crashes: list[str] = []
    _import(server, usernames[0], max(int(IMPORTED * seconds / 60), 100))
    together = [
        ThinkingEditor(server, name, article, ids) for name, article in zip(usernames, ids, strict=True)
    ]
    threads = [threading.Thread(target=_work, args=[each, seconds, crashes]) for each in together]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    annotated = server.rows("annotated")
    people = [alone, *together]
    faults = crashes + faults_after(server, people) + [line for each in people for line in each.refused]
    unloaded, loaded = _high(alone.steps), _high([each for one in together for each in one.steps])
    print(
        f"{editors} editors for {seconds:.0f} s beside an import: "
        f"{sum(len(each.steps) for each in together)} steps "
        f"and {sum(len(each.pages) for each in together)} pages; {annotated} articles annotated in all"
    )
    print(
        f"steps, 95th percentile: {1000 * unloaded:.0f} ms alone, {1000 * loaded:.0f} ms among all, "
        f"ratio {loaded / unloaded:.2f}"
    )
    print(
        f"pages, 95th percentile: {1000 * _high(alone.pages):.0f} ms alone, "
        f"{1000 * _high([each for one in together for each in one.pages]):.0f} ms among all"
    )
    print(f"faults: {len(faults)}")
    for fault in faults[:20]:
        print(f"  {fault}")
    return 1 if faults or loaded > MOST_RATIO * unloaded else 0


def _work(editor: ThinkingEditor, seconds: float, crashes: list[str]) -> None:
    try:
        editor.work(seconds)
    except Exception as error:
        crashes.append(f"{editor.username} could not go on: {type(error).__name__}: {error}")


def _import(server: DeskServer, username: str, articles: int) -> None:
    for first in range(0, articles, IN_A_ZIP):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(first, min(first + IN_A_ZIP, articles)):
                archive.writestr(f"{number:05}.txt", _text(number))
        upload(server.port, username, "tolls.zip", held.getvalue())


def _text(number: int) -> str:
    lines = [
        f"“The toll of the bridge was {number * 31 + line} crowns that day,” said Edda Rosander. "
        "Nobody at the meeting wrote down what else was asked about it."
        for line in range(20)
    ]
    return "\n\n".join([f"What the bridge cost on day {number}", *lines])


def _high(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else 0.0


if __name__ == "__main__":
    main()
