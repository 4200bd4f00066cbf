"""What the conditions of an entry mean, for the reference: certainly met, certainly not, or neither."""

from __future__ import annotations

from typing import Any

from tests.core.authority.plain import EntryRow, Thing


def conditions_hold(entry: EntryRow, thing: Thing) -> bool:
    """All of them are met."""
    return all(_met(wanted, getattr(thing, name), thing) == "yes" for name, wanted in entry.when.items())


def conditions_fail(entry: EntryRow, thing: Thing) -> bool:
    """One of them is certainly not met."""
    return any(_met(wanted, getattr(thing, name), thing) == "no" for name, wanted in entry.when.items())


def _met(wanted: Any, value: Any, thing: Thing) -> str:
    """Words are what the attribute must be one of; two numbers and a currency the least and the most."""
    if value is None:
        return "unknown"
    if isinstance(wanted[0], int):
        low, high, currency = wanted
        if thing.currency != currency:
            return "unknown"
        return "yes" if low <= value <= high else "no"
    return "yes" if {True: "yes", False: "no"}.get(value, value) in wanted else "no"
