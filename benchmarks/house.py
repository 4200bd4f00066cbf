"""Houses to measure in: an empty one with chosen modules, and the demo company grown by as many people as asked.

On PostgreSQL the database named must be empty: its tables are made here and dropped at the end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from sqlalchemy import MetaData

from core.base import clock
from core.cli.operate import prepare
from core.config import Config
from core.db.base import Base
from core.db.keys import KeyRing
from core.db.session import Database
from core.demo import build, story
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from remit.base import Actor

SYSTEM = Actor.system("benchmark")
#: The module with the smallest jobs and handlers.
TRIVIAL = {"bench": "benchmarks.trivial"}


@contextmanager
def empty(url: str, modules: Mapping[str, str]) -> Iterator[House]:
    """A house of core and these modules, name to path of ``plugin.py``, without a row in it."""
    for path in (*PARTS, *modules.values()):
        import_module(path)
    registry, manager = loader.load(PARTS, dict(modules))
    database = Database(url, keys=KeyRing.generate())
    database.create_all(Base.metadata)
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    with TemporaryDirectory() as folder:
        house = House(Config(instance=Path(folder)), database, registry, Hooks(manager))
        for install in installers("install"):
            install(house)
        try:
            yield house
        finally:
            with database.migration() as connection:
                Base.metadata.drop_all(connection)
            database.dispose()


def opened(url: str, folder: Path, broker: str = "", queue: str = "") -> House:
    """A house of core and the trivial jobs around a database that is there already; with a broker if one is named."""
    registry, manager = loader.load(PARTS, TRIVIAL)
    config = Config(instance=folder, broker_url=broker, broker_queue=queue)
    house = House(config, Database(url, keys=KeyRing.generate()), registry, Hooks(manager))
    house.database.guard.protect(resource.model for resource in registry.resource_types.values())
    for install in installers("install"):
        install(house)
    return house


@contextmanager
def demo(url: str) -> Iterator[House]:
    """The demo company with every installed module on its own day, as ``remit demo build`` makes it."""
    with TemporaryDirectory() as folder, mock.patch.dict(os.environ, {clock.DEMO_DATE_VARIABLE: str(story.TODAY)}):
        house = prepare(Config(instance=Path(folder), database_url=url))
        build.build(house, lambda *_: None)
        try:
            yield house
        finally:
            everything = MetaData()
            with house.database.migration() as connection:
                everything.reflect(connection)
                everything.drop_all(connection)
            house.database.dispose()
