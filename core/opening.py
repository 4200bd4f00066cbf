"""How an installation becomes a house: what the web, the command line and the workers share. It knows no Flask.

``open_house`` reads the settings, loads the modules and lets core's own parts put in what sessions carry. It asks the
database nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from core import config as configuration
from core import logs
from core.db.keys import KeyRing
from core.db.session import Database
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House

if TYPE_CHECKING:
    from core.config import Config

#: The plugin files of core's own parts, in the order their contributions appear. Beside its ``plugin.py`` a part may
#: have ``install.py`` with ``install(house)`` (engine, audit: what every session carries) and ``web.py`` with
#: ``install(app, house)`` (its answers to ``core.web.ports``).
PARTS: tuple[str, ...] = tuple(
    name for name in (
        "core.audit.plugin",
        "core.calendar.plugin",
        "core.files.plugin",
        "core.events.plugin",
        "core.jobs.plugin",
        "core.schedules.plugin",
        "core.notify.plugin",
        "core.webhooks.plugin",
        "core.live.plugin",
        "core.exchange.plugin",
        "core.identity.plugin",
        "core.org.plugin",
        "core.authority.plugin",
        "core.numbers.plugin",
        "core.letters.plugin",
        "core.documents.plugin",
        "core.workflow.plugin",
        "core.personnel.plugin",
        "core.portal.plugin",
        "core.admin.plugin",
    )
    if find_spec(name.rpartition(".")[0]) and find_spec(name)
)


def open_house(
    config: Config | None = None, *, modules: Mapping[str, str] | None = None, pages: bool = True
) -> House:
    """The settings, database, registry and hooks of one process.

    ``modules`` maps names to plugin files, for tests; by default every installed module is loaded, and a broken one
    only becomes ``failed``. Without ``pages`` the house cannot be served, but opens in half the time.
    """
    logs.setup()
    config = config or configuration.load()
    registry, manager = loader.load(PARTS, loader.installed() if modules is None else modules, pages=pages)
    database = Database(config.url, keys=_keys(config))
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    house = House(config=config, database=database, registry=registry, hooks=Hooks(manager))
    for install in installers("install"):
        install(house)
    return house


def installers(module: str) -> Iterator[Callable[..., None]]:
    """The function ``install`` of that module of the kernel and each part which has one, in the order of the parts."""
    for plugin in ("core.kernel.plugin", *PARTS):
        name = f"{plugin.rpartition('.')[0]}.{module}"
        if find_spec(name):
            yield import_module(name).install


def _keys(config: Config) -> KeyRing | None:
    return KeyRing.load(config.keys_path) if config.keys_path.is_file() else None
