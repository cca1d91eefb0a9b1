"""A Redis of the tests' own: started, stopped and killed as a machine would, empty each time."""

import socket
import subprocess
import time
from pathlib import Path

import redis


class RedisServer:
    """A server on a free port of this machine that keeps nothing."""

    def __init__(self, program: str, directory: Path) -> None:
        self._program = program
        self._directory = directory
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
            cwd=self._directory,
            stdout=subprocess.DEVNULL,
        )
        give_up = time.monotonic() + 20
        while True:
            try:
                self.client().ping()
                return
            except redis.RedisError:
                assert time.monotonic() < give_up, "redis-server does not answer"
                time.sleep(0.02)

    def kill(self) -> None:
        """End it as a power cut would; also where it does not run."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def client(self) -> "redis.Redis":
        """Return a connection to it."""
        return redis.Redis(port=self.port, retry=None)
