"""The house of these tests in a process of its own."""

from __future__ import annotations

from pathlib import Path

from core.db.keys import KeyRing
from core.db.session import Database
from core.kernel.house import House
from tests.core.exchange import trial


def house_at(url: str, folder: Path) -> House:
    """A house around a database that another process has filled."""
    return trial.house_around(Database(url, keys=KeyRing.generate()), folder)
