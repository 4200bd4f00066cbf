"""The operator's commands: set up, migrate, switch modules."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import inspect, select

from core import config as configuration
from core.access.calls import require
from core.audit.checkpoints import publish_key
from core.authority import publish
from core.base import clock
from core.base.actor import Actor
from core.base.text import catalogue
from core.calendar.services import sync_calendars
from core.cli.acting import Desk, acting, file_of, opened, plain, ready, with_pages
from core.cli.migrated import parts
from core.db.keys import KeyRing, KeysError
from core.db.session import Database
from core.identity import services as identity
from core.identity.models import Account
from core.kernel import state

if TYPE_CHECKING:
    from core.kernel.house import House

_ = catalogue("cli")


def prepare(config: configuration.Config, *, pages: bool = True) -> House:
    """Make the instance folder and its keys if they are not there, bring the database up to date, open the house.

    Raises ``KeysError`` where there is a database without its keys: new ones could not open what it holds.
    """
    config.instance.mkdir(parents=True, exist_ok=True)
    if not config.keys_path.is_file():
        _refuse_to_replace_keys(config)
        KeyRing.generate().save(config.keys_path)
    house = opened(config, pages=pages)
    upgrade(house)
    if house.database.keys is not None:
        publish_key(house.database.keys, config.instance)
    return house


def _refuse_to_replace_keys(config: configuration.Config) -> None:
    database = Database(config.url)
    try:
        there = file_of(database)
        if there is not None and not there.exists():
            return
        with database.migration() as connection:
            known = inspect(connection).has_table(Account.__tablename__)
            first = connection.scalar(select(Account.id).limit(1)) if known else None
    finally:
        database.dispose()
    if first is not None:
        raise KeysError(f"{config.keys_path} is missing, and the database holds accounts; restore it from the backup")


def upgrade(house: House) -> dict[str, list[str]]:
    """Apply the pending migrations of core and every module that loaded; returns what was applied by module."""
    from core.db import migrate as migrations  # Alembic takes its time to load

    done = migrations.upgrade(house.database, parts(house))
    with house.session(Actor.system("migrate: calendars of the country packs"), write=True) as session:
        sync_calendars(session, house.registry.countries(state.read(session)).values())
    return done


@click.command(help="Set up an installation: database, keys, first account. Safe to repeat.")
@click.option("--login", default="admin", show_default=True, help="Sign-in name of the first account.")
@click.option("--name", default="Administrator", show_default=True, help="Its name.")
@click.option("--password", envvar="REMIT_INIT_PASSWORD", help="Its password; one is made and printed when not given.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@plain
def init(login: str, name: str, password: str | None, as_json: bool) -> None:
    """Prepare the instance and, if there is no account yet, create the first one with its bootstrap entry."""
    house = prepare(configuration.load(), pages=False)
    actor = Actor.system("init: first account")
    made = None
    with house.session(actor, write=True) as session:
        if session.scalar(select(Account.id).limit(1)) is None:
            made = password or secrets.token_urlsafe(12)
            account = identity.create_account(
                session, actor, login=login, name=name, password=made, locale=house.config.locale
            )
            publish.bootstrap(
                session, account.id, clock.today(house.config.zone), house.registry.suggested_entries()
            )
    answer: dict[str, Any] = {"instance": str(house.config.instance), "created": made is not None}
    if made is not None:
        answer |= {"login": login, "password": made if password is None else None}
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(str(_("The installation in {folder} is ready.", folder=house.config.instance)))
    if made is not None:
        click.echo(str(_("First account: {login}", login=login)))
        if password is None:
            click.echo(str(_("Its password, shown only now: {password}", password=made)))


@click.command(help="Bring the database up to the installed version.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@plain
def migrate(as_json: bool) -> None:
    """Apply pending migrations of core and all modules."""
    done = upgrade(ready(opened(configuration.load())))
    if as_json:
        click.echo(json.dumps(done))
        return
    for module, revisions in done.items():
        click.echo(f"{module}: {', '.join(revisions)}")
    if not done:
        click.echo(str(_("The database is up to date.")))


# -- modules -----------------------------------------------------------------------------------------------------------


@click.command("list", help="Installed modules and their states.")
@acting
def module_list(desk: Desk) -> None:
    """Name, state and version of each installed module; for a failed one its last line."""
    from core.db import migrate as migrations

    house = with_pages(desk.house)
    late = migrations.pending(house.database, parts(house))
    with desk.session() as session:
        require(session, desk.actor, "admin.module:read")
        on = state.read(session)
    rows = []
    for name, found in house.registry.modules.items():
        here = "behind" if name in late else "on" if name in on else "off"
        value = here if found.state == "loaded" else found.state
        last = found.problem.strip().splitlines()[-1] if found.problem else ""
        rows.append({"name": name, "state": value, "version": found.manifest.version if found.manifest else "",
                     "problem": last})
    desk.table((_("Module"), _("State"), _("Version"), ""), [tuple(row.values()) for row in rows])
    desk.result(rows)


def _switch(desk: Desk, name: str, *, on: bool) -> None:
    with desk.session(write=True) as session:
        require(session, desk.actor, "admin.module:switch")
        changed = state.switch(session, desk.actor, name, on=on)
    words = _("{name} is on.", name=name) if on else _("{name} is off; its data is kept.", name=name)
    desk.say(words)
    desk.result({"name": name, "on": on, "changed": changed})


@click.command("on", help="Switch a module on.")
@click.argument("name")
@acting
def module_on(desk: Desk, name: str) -> None:
    """Switch a module on, without a restart."""
    _switch(desk, name, on=True)


@click.command("off", help="Switch a module off; its data is kept.")
@click.argument("name")
@acting
def module_off(desk: Desk, name: str) -> None:
    """Switch a module off, without a restart."""
    _switch(desk, name, on=False)
