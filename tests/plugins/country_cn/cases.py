"""The worked examples as data, and exact readers for them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[2] / "data" / "cn_examples.yaml"


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole file."""
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def of_kind(*kinds: str) -> list[Any]:
    """The examples of some kinds."""
    return [case for case in document()["examples"] if case["kind"] in kinds]


def fen(amount: str) -> int:
    """An amount of the examples in fen; more than two decimals are a mistake in the file."""
    whole, _point, fraction = amount.partition(".")
    assert len(fraction) <= 2, amount
    return int(whole) * 100 + int(fraction.ljust(2, "0"))


def millionths(rate: str) -> int:
    """A rate of the examples in 10^-6."""
    whole, _point, fraction = rate.partition(".")
    return int(whole) * 1_000_000 + int(fraction.ljust(6, "0"))
