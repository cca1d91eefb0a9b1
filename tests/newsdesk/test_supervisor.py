"""The supervisor with real processes: what dies comes back, what stops stops together, nothing is left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DEADLINE = 30.0  # seconds after which a test gives up; nothing is asserted about time itself

SUPERVISOR = """
import sys
from newsdesk import supervisor
supervisor.FIRST_DELAY = 0.1
commands = dict(argument.split("=", 1) for argument in sys.argv[2:])
supervisor.supervise(
    {name: [sys.executable, "-c", code, name] for name, code in commands.items()}, grace=float(sys.argv[1])
)
print("stopped", flush=True)
"""
# Each writes its process id to a file of its name: the newest start of it.
SLEEPS = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
IGNORES = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPS}"
SLEEPS_WITH_CHILD = (
    "import subprocess, sys; subprocess.Popen([sys.executable, '-c', "
    f"{SLEEPS!r}, sys.argv[1] + '-child']); {SLEEPS}"
)
ENDS = "raise SystemExit(3)"

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a supervisor of the named programs; whatever is left is killed after the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*, grace: float = 20.0, **programs: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                SUPERVISOR,
                str(grace),
                *(f"{name}={code}" for name, code in programs.items()),
            ],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
            # Where the suite runs under nohup, the supervisor would heed that too.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
    for file in tmp_path.iterdir():
        wait_for(lambda file=file: not is_alive(int(file.read_text())), "a process is left over")


def wait_for(happened: Callable[[], bool], complaint: str) -> None:
    give_up_at = time.monotonic() + DEADLINE
    while not happened():
        assert time.monotonic() < give_up_at, complaint
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Say whether the process runs; one that has ended but was not reaped yet does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(state.stdout.strip()) and not state.stdout.strip().startswith("Z")


def pid_of(directory: Path, name: str, *, other_than: int = 0) -> int:
    """Return the process id that the program wrote, once there is one that is not `other_than`."""
    found = 0

    def is_there() -> bool:
        nonlocal found
        file = directory / name
        found = int((file.read_text() if file.exists() else "") or 0)
        return found not in {0, other_than}

    wait_for(is_there, f"{name} did not start")
    return found


def test_supervisor_starts_again_what_was_killed_and_leaves_the_other_alone(
    start: Start, tmp_path: Path
) -> None:
    supervisor = start(web=SLEEPS, worker=SLEEPS)
    web, worker = pid_of(tmp_path, "web"), pid_of(tmp_path, "worker")

    os.kill(worker, signal.SIGKILL)

    again = pid_of(tmp_path, "worker", other_than=worker)
    assert is_alive(again)
    assert (pid_of(tmp_path, "web"), is_alive(web)) == (web, True)
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "The worker was killed by signal 9; starting it again in 0 s.\n"


def test_supervisor_waits_longer_each_time_a_command_ends_at_once(start: Start) -> None:
    supervisor = start(worker=ENDS)

    assert supervisor.stdout is not None
    lines = [supervisor.stdout.readline() for _ in range(5)]

    assert [
        line.removeprefix("The worker ended with exit code 3; starting it again in ") for line in lines
    ] == [
        "0 s.\n",
        "0 s.\n",
        "0 s.\n",
        "1 s.\n",
        "2 s.\n",
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_supervisor_stops_everything_on_a_signal(start: Start, tmp_path: Path, number: int) -> None:
    supervisor = start(web=SLEEPS, worker=SLEEPS)
    pids = [pid_of(tmp_path, "web"), pid_of(tmp_path, "worker")]

    supervisor.send_signal(number)
    output, _ = supervisor.communicate(timeout=DEADLINE)

    assert (supervisor.returncode, output) == (0, "stopped\n")
    assert [is_alive(pid) for pid in pids] == [False, False]


def test_what_it_starts_is_out_of_reach_of_ctrl_c_but_of_its_session(start: Start, tmp_path: Path) -> None:
    supervisor = start(web=SLEEPS, worker=SLEEPS)
    pids = [supervisor.pid, pid_of(tmp_path, "web"), pid_of(tmp_path, "worker")]

    assert len({os.getpgid(pid) for pid in pids}) == 3
    assert len({os.getsid(pid) for pid in pids}) == 1


def test_supervisor_kills_a_command_that_does_not_stop(start: Start, tmp_path: Path) -> None:
    supervisor = start(grace=0.5, web=SLEEPS, worker=IGNORES)
    worker = pid_of(tmp_path, "worker")

    supervisor.terminate()
    output, _ = supervisor.communicate(timeout=DEADLINE)

    assert (output, is_alive(worker)) == ("stopped\n", False)


def test_supervisor_kills_at_once_on_a_second_signal(start: Start, tmp_path: Path) -> None:
    supervisor = start(grace=3600.0, web=SLEEPS, worker=IGNORES)
    web, worker = pid_of(tmp_path, "web"), pid_of(tmp_path, "worker")
    supervisor.terminate()
    wait_for(lambda: not is_alive(web), "the first signal was not taken")

    supervisor.terminate()
    supervisor.communicate(timeout=DEADLINE)

    assert is_alive(worker) is False


def test_supervisor_ends_the_children_that_a_command_leaves_behind(start: Start, tmp_path: Path) -> None:
    start(web=SLEEPS_WITH_CHILD)
    web, child = pid_of(tmp_path, "web"), pid_of(tmp_path, "web-child")

    os.kill(web, signal.SIGKILL)

    pid_of(tmp_path, "web", other_than=web)
    wait_for(lambda: not is_alive(child), "the child of the killed command is left")


def test_a_killed_supervisor_leaves_no_orphan(start: Start, tmp_path: Path) -> None:
    supervisor = start(grace=0.5, web=SLEEPS_WITH_CHILD, worker=IGNORES)
    pids = [pid_of(tmp_path, name) for name in ("web", "web-child", "worker")]

    supervisor.kill()

    wait_for(lambda: not any(is_alive(pid) for pid in pids), "an orphan is left")
