"""Putting into a house what other parts ask identity for, once, at start."""

from __future__ import annotations

from core.audit.history import NAMES
from core.audit.words import OBJECTS
from core.identity.listening import SignedInReaders
from core.identity.names import names_of
from core.kernel.house import House
from core.live.hearing import READERS


def install(house: House) -> None:
    """Tell the audit log what the people behind account numbers are called, and live pages who listens."""
    house.session_info[NAMES] = names_of
    house.session_info[READERS] = SignedInReaders(house)
    house.session_info.setdefault(OBJECTS, {})["core_account"] = names_of
