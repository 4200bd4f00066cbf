"""Migrations: every module owns its tables, its history and its version table.

A module's revisions lie in ``<package>/migrations/versions`` and its position in ``alembic_version_<name>``, so it can
be installed, updated and removed without anybody else's history in the way. Core comes first, then the modules in the
order they are given (the registry's, by dependency); each runs in one transaction of its own, which either reaches
the end or leaves nothing. There is no ``alembic.ini``: everything Alembic needs is handed over here.

A module owns the tables whose names start with its name and with no longer known name: ``country_cn_region`` belongs
to ``country_cn`` even where a module ``country`` exists.
"""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from alembic import autogenerate, command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, String, Table, delete, func, insert, inspect, select

from core.base.errors import DomainError
from core.base.text import catalogue
from core.db.base import Base
from core.db.no_overlap import rules_of
from core.db.session import Database

_ = catalogue("db")

CORE = "core"
_HERE = Path(__file__).parent
_LOCK = 0x52454D4954  # "REMIT": one number for all processes that migrate one PostgreSQL database


class Migrated(Protocol):
    """What a module brings: its name, and the folder of its migrations or None when it has no tables."""

    @property
    def name(self) -> str: ...

    @property
    def migrations(self) -> Path | None: ...


@dataclass(frozen=True, slots=True)
class Part:
    """A ``Migrated`` that is nothing else; ``core_part()`` is core's."""

    name: str
    migrations: Path | None


def core_part() -> Part:
    """Core's own history, the first of every list of modules."""
    folder = _HERE.parent / "migrations"
    return Part(CORE, folder if folder.is_dir() else None)


# -- what commands call ------------------------------------------------------------------------------------------


def upgrade(database: Database, modules: Iterable[Migrated]) -> dict[str, list[str]]:
    """Bring every module to its newest revision; returns the revisions that were applied, by module.

    On PostgreSQL an advisory lock makes several starting processes queue up, on SQLite the write lock does.
    """
    done: dict[str, list[str]] = {}
    parts = _with_tables(modules)
    for part in parts:
        with locked(database) as connection:
            before = _missing(connection, part)
            if before:
                _ensure_version_table(connection, part.name)
                command.upgrade(_config(connection, part, parts), "head")
                done[part.name] = before
    return done


def pending(database: Database, modules: Iterable[Migrated]) -> dict[str, list[str]]:
    """The revisions that are still to be applied, by module, oldest first; an empty dict means up to date."""
    with database.migration() as connection:
        missing = {part.name: _missing(connection, part) for part in _with_tables(modules)}
    return {name: revisions for name, revisions in missing.items() if revisions}


def downgrade(database: Database, module: Migrated, target: str = "base", modules: Iterable[Migrated] = ()) -> None:
    """Take one module back to a revision; ``base`` removes its tables and its version table, with all they hold."""
    parts = _with_tables([*modules, module])
    with locked(database) as connection:
        if not _has_version_table(connection, module.name):
            return
        command.downgrade(_config(connection, module, parts), target)
        if target == "base":
            _version_table(module.name).drop(connection)


def check(database: Database, modules: Iterable[Migrated], metadata: MetaData = Base.metadata) -> dict[str, list[str]]:
    """Where the database differs from the models, by module: one line per difference, empty when they agree.

    Beside what Alembic compares it looks for the ``no_overlap`` rules that are declared and not kept.
    """
    parts = _with_tables(modules)
    found: dict[str, list[str]] = {}
    with database.migration() as connection:
        for part in parts:
            context = MigrationContext.configure(connection, opts=options(part.name, names_of(parts), metadata))
            lines = [_in_words(difference) for difference in autogenerate.compare_metadata(context, metadata)]
            for table in metadata.sorted_tables:
                if owner(table.name, names_of(parts)) == part.name:
                    lines += [f"missing {r.name}" for r in rules_of(table) if not r.is_kept(connection)]
            if lines:
                found[part.name] = lines
    return found


def revision(
    database: Database,
    module: Migrated,
    message: str,
    modules: Iterable[Migrated] = (),
    metadata: MetaData = Base.metadata,
) -> Path:
    """Write the next revision of a module from the difference between its models and an up-to-date database.

    Ids are counted and speak: ``payroll_0003_bank_file``. Read the file before you commit it: Alembic does not see
    renamed columns, data or triggers.
    """
    if module.migrations is None:
        raise DomainError("migrate.no_folder", _("{name} has no folder for migrations.", name=module.name))
    versions = module.migrations / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    numbers = [int(match[1]) for file in versions.glob("*.py") if (match := re.search(r"_(\d{4})_", file.name))]
    slug = re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")
    identity = f"{module.name}_{max(numbers, default=0) + 1:04d}_{slug}"
    parts = _with_tables([*modules, module])
    with locked(database) as connection:
        if _missing(connection, module):
            raise DomainError("migrate.behind", _("Apply the pending migrations of {name} first.", name=module.name))
        _ensure_version_table(connection, module.name)
        config = _config(connection, module, parts)
        config.attributes["metadata"] = metadata
        command.revision(config, message=message, rev_id=identity, autogenerate=True)
    return versions / f"{identity}.py"


# -- ownership ---------------------------------------------------------------------------------------------------


def owner(table: str, names: Collection[str]) -> str | None:
    """The module a table belongs to: the longest name it starts with."""
    fitting = [name for name in names if table.startswith(f"{name}_")]
    return max(fitting, key=len, default=None)


def names_of(modules: Iterable[Migrated]) -> frozenset[str]:
    """The names that can own a table."""
    return frozenset(module.name for module in modules) | {CORE}


def options(name: str, names: Collection[str], metadata: MetaData) -> dict[str, Any]:
    """What Alembic is told for one module; ``env.py`` and ``check`` share it."""

    def include_name(found: str | None, kind: str, parents: Any) -> bool:
        del parents
        return kind != "table" or (found is not None and owner(found, names) == name)

    def include_object(item: Any, found: str | None, kind: str, reflected: bool, against: Any) -> bool:
        del item, reflected, against
        return kind != "table" or (found is not None and owner(found, names) == name)

    return {
        "target_metadata": metadata,
        "version_table": f"alembic_version_{name}",
        "include_name": include_name,
        "include_object": include_object,
        "render_as_batch": True,
        "transactional_ddl": True,
        "compare_type": True,
    }


# -- how it is done ----------------------------------------------------------------------------------------------


@contextmanager
def locked(database: Database) -> Iterator[Connection]:
    """A migration connection that no other process has at the same time."""
    with database.migration() as connection:
        if not database.is_sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        yield connection


def _with_tables(modules: Iterable[Migrated]) -> list[Migrated]:
    unique = {module.name: module for module in modules if module.migrations is not None}
    return sorted(unique.values(), key=lambda module: module.name != CORE)


def _config(connection: Connection, module: Migrated, parts: Sequence[Migrated]) -> Config:
    config = Config(cmd_opts=Namespace(quiet=True))
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str((module.migrations or _HERE) / "versions"))
    config.set_main_option("file_template", "%%(rev)s")
    config.attributes.update(
        connection=connection, module=module.name, names=names_of(parts), metadata=Base.metadata
    )
    return config


def _scripts(module: Migrated) -> ScriptDirectory:
    folder = (module.migrations or _HERE) / "versions"
    return ScriptDirectory(str(_HERE), version_locations=[str(folder)])


def _missing(connection: Connection, module: Migrated) -> list[str]:
    """The revisions between where the database stands and the newest one."""
    scripts = _scripts(module)
    current: set[str] = set()
    if _has_version_table(connection, module.name):
        current = set(connection.execute(select(_version_table(module.name).c.version_num)).scalars())
    known = {script.revision for script in scripts.walk_revisions()}
    if strange := current - known:
        raise DomainError(
            "migrate.unknown_revision",
            _(
                "The database is at {revision} of {name}, which this program does not know: a newer one wrote it.",
                revision=", ".join(sorted(strange)),
                name=module.name,
            ),
        )
    ancestors: set[str] = set()
    for revision_id in current:
        ancestors |= {script.revision for script in scripts.iterate_revisions(revision_id, "base")}
    return [script.revision for script in reversed(list(scripts.walk_revisions())) if script.revision not in ancestors]


def _version_table(name: str) -> Table:
    # Alembic's own column holds 32 characters, which a speaking revision id outgrows.
    return Table(f"alembic_version_{name}", MetaData(), Column("version_num", String(128), primary_key=True))


def _has_version_table(connection: Connection, name: str) -> bool:
    return inspect(connection).has_table(f"alembic_version_{name}")


def _ensure_version_table(connection: Connection, name: str) -> None:
    _version_table(name).create(connection, checkfirst=True)


def stamp(database: Database, module: Migrated, revision_id: str) -> None:
    """Say that a module stands at a revision without running anything; for repair after a restore."""
    with locked(database) as connection:
        _ensure_version_table(connection, module.name)
        table = _version_table(module.name)
        connection.execute(delete(table))
        connection.execute(insert(table).values(version_num=revision_id))


def _in_words(difference: Any) -> str:
    """One difference as Alembic tells it, shortened to what a person looks for."""
    if isinstance(difference, list):
        return "; ".join(_in_words(one) for one in difference)
    kind, *details = difference
    named = [getattr(detail, "name", detail) for detail in details if detail is not None and detail != {}]
    return f"{kind}: {' '.join(str(name) for name in named if not isinstance(name, dict))}"
