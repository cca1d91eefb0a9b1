"""The product's settings, and one more middleware that tells in `Server-Timing` what an answer cost.

A server of a benchmark runs on them; `newsdesk.settings` knows nothing of it.
"""

from newsdesk.settings import *  # noqa: F403
from newsdesk.settings import MIDDLEWARE as _OURS

MIDDLEWARE = ["benchmarks.server_timing.server_timing", *_OURS]
