"""What goes wrong around the program - settings, keys, disk, database - in words for who can put it right."""

from __future__ import annotations

import re

import click
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError, TimeoutError

from core.base.errors import DomainError, Usage
from core.base.text import catalogue
from core.config import SettingError, load
from core.db.keys import KeysError
from core.db.session import WrongAddress

_ = catalogue("cli")

#: How the drivers say that a table or a column is not there.
_ABSENT = re.compile(r"no such (table|column)|UndefinedTable|UndefinedColumn", re.IGNORECASE)


def explained(fault: Exception) -> DomainError | None:
    """The sentence for a fault of the surroundings; None for one of the program. ``Usage`` stands for wrong use."""
    if isinstance(fault, SettingError):
        return Usage("settings", _("The setting {name} is not usable: {reason}", name=fault.name, reason=fault.reason))
    if isinstance(fault, WrongAddress):
        return Usage(
            "database.url",
            _("REMIT_DATABASE_URL is no address of a database: write sqlite:///file or postgresql://user@host/name."),
        )
    if isinstance(fault, KeysError):
        return DomainError("keys", _("The keys of this installation cannot be used: {reason}", reason=fault))
    if isinstance(fault, (DatabaseError, TimeoutError)):
        return _of_database(fault)
    if isinstance(fault, OSError) and fault.filename is not None:
        return DomainError("file", _("{file} cannot be used: {reason}", file=fault.filename, reason=fault.strerror))
    return None


def _of_database(fault: DatabaseError | TimeoutError) -> DomainError | None:
    driver = getattr(fault, "orig", None)
    told = f"{type(driver).__name__} {driver}"
    reason = str(driver).strip().splitlines()[0] if driver is not None and str(driver).strip() else str(fault)
    where = _where()
    if _ABSENT.search(told):
        return _behind()
    if "not a database" in told or "malformed" in told:
        return DomainError("database.file", _("{database} is no database that can be read.", database=where))
    if "unable to open" in told or "readonly" in told:
        return DomainError("database.file", _("The database {database} cannot be opened for writing.", database=where))
    if "is locked" in told or "LockNotAvailable" in told:
        return DomainError("database.busy", _("Somebody else is writing at this moment; try again."))
    if "disk is full" in told or "DiskFull" in told:
        return DomainError("database.full", _("The disk of the database is full; nothing was written."))
    if type(driver).__name__ in ("ConnectionTimeout", "AdminShutdown", "CannotConnectNow") or (
        type(driver).__name__ == "OperationalError" and "sqlite" not in type(driver).__module__
    ):
        return DomainError(
            "database.unreachable",
            _("The database {database} does not answer: {reason}", database=where, reason=reason),
        )
    return None


def _where() -> str:
    """The database of this process for a message, without its password."""
    url = make_url(load().url)
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _behind() -> DomainError | None:
    """A table is missing because the database is behind, or else because of a fault in the program."""
    from core.cli.migrated import parts
    from core.db import migrate

    context = click.get_current_context(silent=True)
    house = context.find_root().obj if context else None
    if house is None or not migrate.pending(house.database, parts(house)):
        return None
    return behind()


def behind() -> Usage:
    """The database lacks migrations."""
    return Usage("database.behind", _("The database is not up to date; run `remit migrate` first."))
