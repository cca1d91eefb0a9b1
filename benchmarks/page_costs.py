"""What each page costs at a small desk and at a large one: server time and queries, side by side in one run.

    .venv/bin/python -m benchmarks.page_costs SMALL_URL LARGE_URL [--times 9] [--only speaker]

Both are addresses of databases that `large_desk` filled, of the same kind. Every address of the URL
configuration that shows something is asked for, some with filters, far pages and the most quoted speaker, in
turn at both desks, after one request each that does not count. Prints the medians of the server's time in
milliseconds, their ratio, the number of queries, and the size of the page, since the small desk has fewer
rows than some pages show. A page whose time at the large desk is more than 1.5 times that at the small one,
or that takes more than 12 queries at either, is marked; the exit code is then 1.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MOST = 1.5
QUERIES = 12


class DeskProcess:
    """A process that asks one desk for its pages."""

    def __init__(self, url: str, folder: str) -> None:
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "NEWSDESK_DATA_DIR": folder,
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "benchmarks.timed_settings",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.asked_pages"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pages: dict[str, str] = self._read()

    def ask(self, page: str) -> tuple[float, int, int, int]:
        """Return the milliseconds, the queries, the status and the bytes of one request."""
        assert self._process.stdin is not None
        print(json.dumps(page), file=self._process.stdin, flush=True)
        milliseconds, queries, status, size = self._read()
        return milliseconds, queries, status, size

    def end(self) -> None:
        """Let the process end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit("A desk could not be asked; see above.")
        return json.loads(line)


@dataclass(slots=True)
class Cost:
    """A page's medians at both desks."""

    page: str
    small: float
    large: float
    queries: tuple[int, int]
    status: int
    sizes: tuple[int, int]  # bytes

    @property
    def is_within(self) -> bool:
        """Whether the page keeps to the limits."""
        return self.large <= MOST * self.small and max(self.queries) <= QUERIES and self.status < 400


def measure(small: DeskProcess, large: DeskProcess, page: str, times: int) -> Cost:
    """Ask both desks in turn."""
    taken: tuple[list[float], list[float]] = ([], [])
    queries, sizes = [0, 0], [0, 0]
    status = 0
    for turn in range(times + 1):
        for index, desk in enumerate((small, large)):
            milliseconds, queries[index], answered, sizes[index] = desk.ask(page)
            status = max(status, answered)
            if turn:
                taken[index].append(milliseconds)
    medians = [statistics.median(each) for each in taken]
    return Cost(page, medians[0], medians[1], (queries[0], queries[1]), status, (sizes[0], sizes[1]))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("small", metavar="SMALL_URL")
    parser.add_argument("large", metavar="LARGE_URL")
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--only", default="", help="a pattern that the page's line has to fit")
    parser.add_argument(
        "--folder", default="/tmp/newsdesk-page-costs", help="for what the desks keep in files"
    )
    options = parser.parse_args()
    Path(options.folder).mkdir(exist_ok=True)
    small, large = DeskProcess(options.small, options.folder), DeskProcess(options.large, options.folder)
    beyond = 0
    print(f"{'page':<58}{'small':>9}{'large':>9}{'ratio':>7}{'queries':>9}{'KB':>9}")
    for page in small.pages:
        if not re.search(options.only, page):
            continue
        cost = measure(small, large, page, options.times)
        beyond += not cost.is_within
        kilobytes = (cost.sizes[0] // 1000, cost.sizes[1] // 1000)
        print(
            f"{page:<58}{cost.small:>9.1f}{cost.large:>9.1f}{cost.large / cost.small:>7.2f}"
            f"{_both(cost.queries):>9}{_both(kilobytes):>9}"
            f"{'' if cost.is_within else '  beyond' if cost.status < 400 else f'  status {cost.status}'}",
            flush=True,
        )
    small.end()
    large.end()
    print(f"{beyond} beyond {MOST} times or {QUERIES} queries")
    sys.exit(1 if beyond else 0)


def _both(values: tuple[int, int]) -> str:
    return str(values[0]) if len(set(values)) == 1 else "{}-{}".format(*values)


if __name__ == "__main__":
    main()
