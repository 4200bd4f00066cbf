"""Accounts on the command line."""

from __future__ import annotations

import click

from core.base.text import LOCALES, catalogue
from core.cli.acting import Desk, acting
from core.identity import services as identity
from core.org.services import person_by_number

_ = catalogue("cli")


@click.command("create", help="Create an account that can sign in; --employee ties it to a person.")
@click.argument("login")
@click.option("--name", required=True, help="Name shown to others.")
@click.option("--employee", help="Employee number of the person it belongs to.")
@click.option("--locale", type=click.Choice(LOCALES), default="zh_CN", help="Language of its pages.")
@click.password_option(help="Asked for when not given.")
@acting
def user_create(desk: Desk, login: str, name: str, employee: str | None, locale: str, password: str) -> None:
    """Create an account in the acting account's name."""
    with desk.session(write=True) as session:
        person_id = person_by_number(session, desk.actor, employee).id if employee else None
        account = identity.create_account(
            session, desk.actor, login=login, name=name, password=password, person_id=person_id, locale=locale
        )
    desk.say(_("Account {login} can sign in.", login=account.login))
    desk.result({"login": account.login, "id": account.id})
