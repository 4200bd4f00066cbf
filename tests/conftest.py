"""Fixtures of the whole suite. Databases come from ``remit.testing``, the plugin that vendors use as well."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from configparser import ConfigParser
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from core.db.migrate import Migrated

ROOT = Path(__file__).resolve().parent.parent

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

# An installed Remit registers its plugin by itself; a checkout that was never installed does it here.
_INSTALLED = any(point.name == "remit" for point in entry_points(group="pytest11"))
pytest_plugins = ["tests.demo_company", *([] if _INSTALLED else ["remit.testing"])]


def own_modules() -> dict[str, str]:
    """The modules of this repository, name to ``plugin.py``, as ``setup.cfg`` declares them."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = setup["options.entry_points"]["remit.modules"].strip().splitlines()
    return dict((part.strip() for part in line.split("=", 1)) for line in lines)  # type: ignore[misc]


@pytest.fixture(scope="session")
def database_modules() -> Sequence[Migrated]:
    """Core and the modules of this repository, installed or not."""
    from remit.testing.schema import installed_modules

    return installed_modules(own_modules())


#: Files that take longest begin first, so that no worker is left with one at the end.
LONGEST = (
    "tests/browser/test_pages", "tests/reliability/", "tests/journeys/", "tests/commands/test_documented",
    "tests/access/", "tests/structure/", "tests/core/broker/", "tests/core/live/", "tests/core/org/test_chart",
    "tests/commands/test_processes", "tests/attendance/test_demo", "tests/browser/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files in front, the longest of them first; all else stays in its order."""

    def place(item: pytest.Item) -> int:
        return next((at for at, one in enumerate(LONGEST) if item.nodeid.startswith(one)), len(LONGEST))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end; walking it at every collection of garbage takes a tenth of the
    time.
    """
    gc.collect()
    gc.freeze()
