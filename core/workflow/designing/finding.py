"""One thing that is wrong with a definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.base.text import Text

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: at which step ("" for the whole), how bad, and what to do. An error keeps the definition
    from being published.
    """

    severity: Severity
    step: str
    message: Text
    remedy: Text
