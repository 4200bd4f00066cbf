"""The log of a process: lines on standard error, for people at a terminal, as JSON everywhere else.

A traceback shows code and no values of variables, because those may be names, amounts and identity numbers.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog


def setup() -> None:
    """Say how this process logs, unless somebody has said so already (an embedding server, a test)."""
    if structlog.is_configured():
        return
    terminal = sys.stderr.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    written: list[Any] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)] if terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[*shared, *written],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_to_standard_error,
        cache_logger_on_first_use=False,
    )


def _to_standard_error(*_names: Any) -> structlog.PrintLogger:
    return structlog.PrintLogger(sys.stderr)
