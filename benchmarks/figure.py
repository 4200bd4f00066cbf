"""What a benchmark prints: one JSON line per figure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` in ``unit``, beside ``limit``, the bare measure of the same run; ``ratio`` is value by limit."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def ratio(self) -> float | None:
        """How much of the limit is reached (or how many times it is needed)."""
        return round(self.value / self.limit, 4) if self.limit else None

    def line(self) -> str:
        """The figure as a line of JSON."""
        return json.dumps({**asdict(self), "ratio": self.ratio}, ensure_ascii=False)
