"""The two clocks of the product.

``now()`` is always the real instant; sessions, tokens, jobs, throttling and audit use it. ``today()`` is the day
the business lives in; a demo fixes it with ``REMIT_DEMO_DATE`` so that its story does not age.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DEMO_DATE_VARIABLE = "REMIT_DEMO_DATE"
DEFAULT_ZONE = "Asia/Shanghai"
#: An instant that was over before anything began.
NEVER = datetime(1, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """The real instant, aware, in UTC."""
    return datetime.now(UTC)


def demo_day() -> date | None:
    """The day a demo is fixed to, or None in real life."""
    value = os.environ.get(DEMO_DATE_VARIABLE)
    return date.fromisoformat(value) if value else None


def today(zone: str = DEFAULT_ZONE) -> date:
    """The business day in a named time zone; ``REMIT_DEMO_DATE`` overrides it."""
    return demo_day() or now().astimezone(ZoneInfo(zone)).date()
