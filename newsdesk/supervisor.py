"""Keep several commands running as one: restart what dies, stop all together, leave no orphan.

Why not supervisord: docs/decisions/30-own-supervisor.md.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

FIRST_DELAY = 1.0  # seconds before a dead command is started again; doubled each time ...
LONGEST_DELAY = 30.0
STABLE_AFTER = 60.0  # ... until it has lived this long
LOOK_EVERY = 0.1  # seconds between two looks at the commands
GRACE = 10.0  # seconds that a command may take to stop before it is killed

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(sentence: str) -> None:
    """Print a line for whoever started the program, at once even into a pipe."""
    print(sentence, flush=True)  # noqa: T201 - this is what people see in their terminal


class Guard:
    """A process that ends the commands' process groups should the supervisor vanish without a word.

    It reads the group ids from a pipe whose other end dies with the supervisor, however that dies; a death
    signal from the kernel would do the same on Linux only, and not for the children of a command.
    """

    def __init__(self, grace: float, not_mine: Sequence[int]) -> None:
        reading, self._writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            for descriptor in (self._writing, *not_mine):
                os.close(descriptor)
            os.setsid()  # out of reach of the terminal's Ctrl-C and of a kill of the supervisor's group
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            _watch(reading, grace)
            os._exit(0)
        os.close(reading)

    def watch(self, group: int) -> None:
        """End this process group when the supervisor vanishes."""
        os.write(self._writing, b"+%d\n" % group)

    def forget(self, group: int) -> None:
        """Leave this process group alone: it has ended."""
        os.write(self._writing, b"-%d\n" % group)

    def dismiss(self) -> None:
        """End the guard itself."""
        os.close(self._writing)
        os.waitpid(self._pid, 0)


def _watch(reading: int, grace: float) -> None:
    groups: set[int] = set()
    with os.fdopen(reading, encoding="ascii") as lines:
        for line in lines:
            change = groups.add if line[0] == "+" else groups.discard
            change(int(line[1:]))
    for group in groups:
        _signal_group(group, signal.SIGTERM)
    give_up_at = time.monotonic() + grace
    while time.monotonic() < give_up_at and any(_signal_group(group, 0) for group in groups):
        time.sleep(LOOK_EVERY)
    for group in groups:
        _signal_group(group, signal.SIGKILL)


def _signal_group(group: int, number: int) -> bool:
    """Send the signal to every process of the group; False where none is left."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS answers PermissionError for a group of zombies
        return False
    return True


class Child:
    """One command, kept running in a process group of its own."""

    def __init__(self, name: str, command: Sequence[str], guard: Guard, pass_fds: Sequence[int]) -> None:
        self.name = name
        self._command = command
        self._guard = guard
        self._pass_fds = pass_fds
        self._delay = FIRST_DELAY
        self._start_at = 0.0  # on the monotonic clock; matters only after an end
        self._start()

    def _start(self) -> None:
        # A group of its own, so that Ctrl-C reaches only the supervisor, which then stops all in good order;
        # but one session, since Linux may share the processors out by session, whatever is nice within one.
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603 - our own commands
            self._command, stdin=subprocess.DEVNULL, process_group=0, pass_fds=self._pass_fds
        )
        self._guard.watch(self._process.pid)
        self._started_at = time.monotonic()

    def look(self) -> None:
        """Start the command again where it has ended, after a pause that grows while it keeps ending."""
        if self._process is None:
            if time.monotonic() >= self._start_at:
                self._start()
            return
        code = self._process.poll()
        if code is None:
            return
        self._end()
        if time.monotonic() - self._started_at >= STABLE_AFTER:
            self._delay = FIRST_DELAY
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        say(f"The {self.name} {how}; starting it again in {self._delay:.0f} s.")
        self._start_at = time.monotonic() + self._delay
        self._delay = min(2 * self._delay, LONGEST_DELAY)

    def ask_to_stop(self) -> None:
        """Ask the command, which then asks its own children, to stop."""
        if self._process is not None:
            self._process.terminate()

    def has_stopped(self) -> bool:
        """Say whether the command has ended; what it left behind is killed."""
        if self._process is not None and self._process.poll() is not None:
            self._end()
        return self._process is None

    def kill(self) -> None:
        """End the command and all its children at once."""
        if self._process is not None:
            _signal_group(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._end()

    def _end(self) -> None:
        assert self._process is not None  # noqa: S101 - for the type checker
        _signal_group(self._process.pid, signal.SIGKILL)
        self._guard.forget(self._process.pid)
        self._process = None


def supervise(
    commands: Mapping[str, Sequence[str]],
    *,
    pass_fds: Sequence[int] = (),
    started: Callable[[], None] = lambda: None,
    grace: float = GRACE,
) -> None:
    """Run the commands, by name, until SIGINT, SIGTERM or SIGHUP; then stop them and return.

    `pass_fds` are file descriptors that the commands inherit; `started` is called once all run. A command
    that has not stopped after `grace` seconds is killed, and all of them at once on a second signal.
    """
    stops: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stops.append(number)

    guard = Guard(grace, pass_fds)
    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup must hold
            signal.signal(number, stop)
    children = [Child(name, command, guard, pass_fds) for name, command in commands.items()]
    started()
    while not stops:
        time.sleep(LOOK_EVERY)
        for child in children:
            child.look()

    for child in children:
        child.ask_to_stop()
    give_up_at = time.monotonic() + grace
    while not all(child.has_stopped() for child in children):
        if time.monotonic() >= give_up_at or len(stops) > 1:
            for child in children:
                child.kill()
        time.sleep(LOOK_EVERY)
    guard.dismiss()
