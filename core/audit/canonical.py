"""Canonical JSON (RFC 8785): one way only to write a value, so that its hash means the value and not its spelling.

Whole numbers are written with all their digits, also beyond 2^53 where the RFC would round them: an amount that was
altered in its last digit must not hash as before.
"""

from __future__ import annotations

import json
import math
from typing import Any


def canonical(value: Any) -> bytes:
    """A value of JSON in its canonical form, in UTF-8. Raises ``ValueError`` for what JSON cannot say."""
    if _as_the_library_does(value):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return _written(value).encode()


def _as_the_library_does(value: Any) -> bool:
    """Whether Python's own writer gives the canonical form: no fractions, and keys that sort alike in both ways."""
    if isinstance(value, dict):
        return all(type(key) is str and key.isascii() and _as_the_library_does(one) for key, one in value.items())
    if isinstance(value, list):
        return all(map(_as_the_library_does, value))
    return value is None or type(value) in (str, int, bool)


def _written(value: Any) -> str:
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("names of members are texts")
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(key)}:{_written(value[key])}" for key in keys) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, int):
        return json.dumps(value)
    raise ValueError(f"{type(value).__name__} is no value of JSON")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """A fraction as ECMAScript writes it: the shortest digits that read back the same, its own rule for exponents."""
    if not math.isfinite(value):
        raise ValueError("JSON has no infinite numbers")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    digits, _e, exponent = repr(abs(value)).partition("e")
    whole, _dot, part = digits.partition(".")
    part = "" if part == "0" else part
    point = len(whole) + int(exponent or 0)
    figures = whole + part
    stripped = figures.lstrip("0")
    point -= len(figures) - len(stripped)
    figures = stripped.rstrip("0")
    return sign + _placed(figures, point)


def _placed(figures: str, point: int) -> str:
    """Digits with the decimal point after ``point`` of them."""
    if len(figures) <= point <= 21:
        return figures + "0" * (point - len(figures))
    if 0 < point <= 21:
        return f"{figures[:point]}.{figures[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{figures}"
    mantissa = f"{figures[0]}.{figures[1:]}" if len(figures) > 1 else figures
    return f"{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"
