"""Texts inside stored JSON: a report or a job message is kept unrendered and read later in any language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core.base.text import Text

_MARK = "msgid"
_PLURAL = "plural"


def to_json(value: Any) -> Any:
    """A text, number, date or plain string as JSON; a ``Text`` keeps its sentence and its parameters."""
    if isinstance(value, Text):
        made = {
            "domain": value.domain, _MARK: value.msgid,
            "params": {name: to_json(param) for name, param in value.params.items()},
        }
        return made if value.plural is None else {**made, _PLURAL: value.plural}
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float)):
        return value
    return str(value)


def from_json(value: Any) -> Any:
    """What ``to_json`` made, back again; dates come back as their text."""
    if isinstance(value, Mapping) and _MARK in value:
        params = {name: from_json(param) for name, param in value.get("params", {}).items()}
        return Text(str(value["domain"]), str(value[_MARK]), params, value.get(_PLURAL))
    return value
