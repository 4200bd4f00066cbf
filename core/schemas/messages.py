"""What a schema says of values it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.text import Text


def flat_messages(messages: Any, path: str = "") -> dict[str, list[Text | str]]:
    """The messages of a validation error by dotted field name; ``""`` holds those of the whole schema."""
    if not isinstance(messages, Mapping):
        texts = messages if isinstance(messages, (list, tuple)) else [messages]
        return {path: list(texts)}
    flat: dict[str, list[Text | str]] = {}
    for key, inner in messages.items():
        name = path if key == "_schema" else f"{path}.{key}" if path else str(key)
        for where, texts in flat_messages(inner, name).items():
            flat.setdefault(where, []).extend(texts)
    return flat
