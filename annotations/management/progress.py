"""A bar on the terminal while a command works; nothing where standard error is no terminal."""

import sys
import time
from typing import TextIO

_WIDTH = 24
_SECONDS_BETWEEN = 0.2


class Bar:
    """One line that says how far a piece of work is, written over itself."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_shown = self._stream.isatty()
        self._next = 0.0

    def show(self, share: float | None, words: str) -> None:
        """Draw the bar at `share`, 0 to 1, or none where that is not known, with words behind it.

        It is drawn a few times a second at most.
        """
        now = time.monotonic()
        if not self._is_shown or now < self._next:
            return
        self._next = now + _SECONDS_BETWEEN
        full = round(_WIDTH * (share or 0))
        bar = f"[{'#' * full}{'.' * (_WIDTH - full)}] " if share is not None else ""
        self._stream.write(f"\r\x1b[K{bar}{words}")
        self._stream.flush()

    def clear(self) -> None:
        """Take the line away, so that another can be written."""
        if self._is_shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
