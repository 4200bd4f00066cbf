"""Binding an answer to what it was about: the material attributes of a record, as one number."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

from core.kernel.specs import ResourceType


def digest(resource: ResourceType, record: Any) -> str:
    """The SHA-256, in hex, of the attributes that a decision about a record is about.

    Values are numbers, texts, days, moments or nothing; anything else is a programming error (``TypeError``).
    """
    said = {name: getattr(record, name) for name in sorted(resource.material)}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be material")
