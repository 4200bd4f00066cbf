"""Modules written to a folder, and a house that holds them on a database with the kernel's own tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.base.text import use_locale
from core.config import Config
from core.db.base import Base
from core.db.session import Database
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House

HEAD = """
from core.base.errors import DomainError
from core.base.text import catalogue
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, Module

_ = catalogue("trial")
"""


class Modules:
    """Writes packages; ``paths`` is what a loader is given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths: dict[str, str] = {}

    def add(self, name: str, body: str = "", *, manifest: str | None = None, **fields: object) -> None:
        """A package ``trial_NAME`` whose plugin holds a manifest and ``body``."""
        package = self.folder / f"trial_{name}"
        package.mkdir()
        (package / "__init__.py").write_text("", encoding="utf-8")
        given = ", ".join(f"{key}={value!r}" for key, value in fields.items())
        line = manifest if manifest is not None else (
            f"module = Module({name!r}, _('Trial'), 'trial_{name}', '1.0', {given})"
        )
        (package / "plugin.py").write_text(f"{HEAD}\n{line}\n{body}\n", encoding="utf-8")
        self.paths[name] = f"trial_{name}.plugin"

    def load(self) -> tuple[object, object]:
        """The registry and the plugin manager of these modules."""
        return loader.load([], self.paths)


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Modules]:
    """An empty folder of packages that can be imported for the time of the test."""
    monkeypatch.syspath_prepend(tmp_path)
    with use_locale("en"):
        yield Modules(tmp_path)
    for name in [name for name in sys.modules if name.startswith("trial_")]:
        del sys.modules[name]


@pytest.fixture
def open_house(modules: Modules, empty_database: Database, tmp_path: Path) -> Callable[[], House]:
    """Loads the modules written so far."""

    def opened() -> House:
        empty_database.create_all(
            Base.metadata, [Base.metadata.tables[name] for name in ("core_module", "core_epoch")]
        )
        registry, manager = loader.load([], modules.paths)
        assert set(registry.loaded) == set(modules.paths)
        return House(Config(instance=tmp_path), empty_database, registry, Hooks(manager))

    return opened
