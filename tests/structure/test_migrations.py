"""The histories of all modules: they lead from nothing to the models and back, on both databases."""

from __future__ import annotations

import re
from functools import cache

from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint, inspect

from core.db import migrate
from core.db.base import Base
from core.db.session import Database
from core.db.storage import PLAIN
from remit.testing.schema import import_models, installed_modules
from tests.structure import tree


@cache
def models() -> tuple[Table, ...]:
    """The tables the product's models describe; tables that tests made or loaded are left out."""
    packages = ("core", *tree.declared_modules().values())
    for package in packages:
        import_models(package)
    found = {
        table
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith(tuple(f"{package}." for package in packages))
        for table in mapper.tables
        if isinstance(table, Table)
    }
    return tuple(sorted(found, key=lambda table: table.name))


def tables(database: Database) -> set[str]:
    """The tables of a database, but for what SQLite keeps for itself."""
    with database.migration() as connection:
        return {name for name in inspect(connection).get_table_names() if not name.startswith("sqlite_")}


def test_histories_lead_there_and_back(empty_database: Database) -> None:
    """Nothing -> newest -> nothing -> newest; each time the models are met and no table stays behind."""
    modules, described = list(installed_modules()), {table.name for table in models()}
    assert described
    for _round in range(2):
        assert migrate.upgrade(empty_database, modules)
        assert migrate.pending(empty_database, modules) == {}
        assert migrate.check(empty_database, modules) == {}
        made = tables(empty_database)
        assert described <= made
        for module in reversed(modules):
            migrate.downgrade(empty_database, module, modules=modules)
        assert tables(empty_database) == set()


def _leading(table: Table) -> set[str]:
    """The columns an index, a key or a unique constraint of a table begins with."""
    constraints = (one for one in table.constraints if isinstance(one, PrimaryKeyConstraint | UniqueConstraint))
    return {next(iter(one.columns)).name for one in (*table.indexes, *constraints) if len(one.columns)}


def test_what_points_at_people_is_found_by_an_index() -> None:
    """Without one, every person or post that goes is looked for in the whole table: undoing an import was quadratic."""
    many = {"core_person", "core_employment", "core_assignment"}
    pointing = [(table, key) for table in models() for key in table.foreign_keys if key.column.table.name in many]
    assert len(pointing) > 10
    unindexed = [f"{table.name}.{key.parent.name}" for table, key in pointing if key.parent.name not in _leading(table)]
    assert unindexed == []


def test_packed_columns_are_stored_as_they_are(empty_database: Database) -> None:
    """As the models say, also where the tables came by migration; autogenerate does not look at storage."""
    packed = {(table.name, name) for table in models() for name in table.info.get(PLAIN, ())}
    assert ("payroll_slip_input", "packed") in packed
    migrate.upgrade(empty_database, list(installed_modules()))
    with empty_database.migration() as connection:
        if empty_database.is_sqlite:  # compresses nothing
            assert connection.exec_driver_sql("SELECT count(*) FROM payroll_slip_input").scalar_one() == 0
            return
        rows = connection.exec_driver_sql(
            "SELECT attrelid::regclass::text, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
            "WHERE attstorage = 'e' AND relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
        assert set(map(tuple, rows)) == packed


def test_modules_can_be_left_out(empty_database: Database) -> None:
    """Core lives without any module, and each module goes without taking a table of another along."""
    modules = list(installed_modules())
    migrate.upgrade(empty_database, modules[:1])
    alone = tables(empty_database)
    assert alone
    for module in modules[1:]:
        migrate.upgrade(empty_database, [*modules[:1], module])
        migrate.downgrade(empty_database, module, modules=modules)
        assert tables(empty_database) == alone, module.name


def test_every_table_has_an_owner() -> None:
    """A table begins with the name of its module; without one no history would make it."""
    names = migrate.names_of(installed_modules())
    tree.judge([table.name for table in models() if migrate.owner(table.name, names) is None], {})


def test_foreign_keys_across_modules_lead_to_primary_keys() -> None:
    """A module may hold on to a row of core by its id, and by nothing core might change."""
    names = migrate.names_of(installed_modules())
    found = []
    for table in models():
        for key in table.foreign_keys:
            owner, target = migrate.owner(table.name, names), key.column.table
            other = migrate.owner(target.name, names)
            if owner != other and (other != migrate.CORE or not key.column.primary_key):
                found.append(f"{table.name}.{key.parent.name} -> {target.name}.{key.column.name}")
    tree.judge(found, {})


def test_revisions_are_numbered_and_speak() -> None:
    """`payroll_0003_bank_file`: counted without a gap within a module, so that two branches cannot both be third."""
    numbers: dict[str, list[int]] = {}
    for path in tree.product_files():
        if path.parent.name != "versions" or path.name == "__init__.py":
            continue
        match = re.fullmatch(r"([a-z_]+)_(\d{4})_[a-z0-9_]+", path.stem)
        assert match, f"{path} is not named module_0001_what"
        assert match[1] == path.parts[-4], f"{path} names another module"
        numbers.setdefault(match[1], []).append(int(match[2]))
    assert numbers
    assert {name: sorted(found) for name, found in numbers.items()} == {
        name: list(range(1, len(found) + 1)) for name, found in numbers.items()
    }


def test_migrations_do_not_import_the_models() -> None:
    """A model is as it is today, a migration as it was then: it spells out the tables it touches."""
    found = {}
    for path in tree.product_files():
        if path.parent.name != "versions":
            continue
        for name, line in tree.imports(path):
            if name.split(".")[0] in tree.PRODUCT and ("models" in name.split(".") or "services" in name.split(".")):
                found[f"{path} imports {name}"] = f"(line {line})"
    tree.judge(found, {})
