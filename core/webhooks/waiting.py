"""How long to wait before another program that did not answer is asked again."""

from __future__ import annotations

import random
from datetime import timedelta

#: By which part more or less than a wait is waited.
JITTER = 0.2
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)


def with_jitter(wait: timedelta) -> timedelta:
    """Somewhat more or less, so that what failed together does not come back together."""
    return wait * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 -- nothing secret


def wait_after(failures: int) -> timedelta:
    """The wait after so many failures in a row, at least one: half a minute, twice as long each time, at most an hour;
    somewhat more or less.
    """
    return with_jitter(min(FIRST_WAIT * 2 ** min(failures - 1, 20), LONGEST_WAIT))
