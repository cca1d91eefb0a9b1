"""What every line of the log carries: the request, the article or the run that it is about.

A line is plain text, or one JSON object where LOG_FORMAT is json.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_about: ContextVar[dict[str, str | int]] = ContextVar("about", default={})  # noqa: B039 - never changed in place


@contextmanager
def about(**names: str | int) -> Iterator[None]:
    """Put these names into every line that is logged within, such as `run=12` or `request="4f1c"`."""
    token = _about.set({**_about.get(), **names})
    try:
        yield
    finally:
        _about.reset(token)


class AboutFilter(logging.Filter):
    """Give each record `about`, a mapping of names, and `about_text`, the same to put behind a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        names = _about.get()
        record.about = names
        text = " ".join(f"{name}={value}" for name, value in names.items())
        record.about_text = f" [{text}]" if text else ""
        return True


class JsonFormatter(logging.Formatter):
    """A record as one JSON object in one line, whatever the message holds."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object: at (UTC), level, logger, message, what it is about, and the traceback if any."""
        fields: dict[str, str | int] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "about", {}),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)
