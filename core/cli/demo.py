"""The demo company on the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import select

from core import config as configuration
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue, current_locale
from core.cli.acting import plain, ready, the_house
from core.cli.operate import prepare
from core.cli.progress import Progress
from core.db.dated import as_of
from core.demo import build as building
from core.demo.telling import Story
from core.org.models import Position, PositionVersion

_ = catalogue("cli")


@click.command("build", help="Build a demo in an empty installation: the company Lingke, or a public institution.")
@click.option("--kind", type=click.Choice(list(building.STORIES)), default="company", show_default=True,
              help="Which demo: a software company, or a media centre run by its staffing plan.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@plain
def build(kind: str, as_json: bool) -> None:
    """Set the installation up and write the company; the demo then lives on its own day."""
    story = building.STORIES[kind]
    config = configuration.load()
    house = prepare(config, pages=False)
    building.refuse_second(house)  # an installation in use must not begin to live on the day of the demo
    (config.instance / "demo-day").write_text(f"{story.today}\n", encoding="ascii")
    with _on_its_day(story), Progress(str(_("Building the demo company")), quiet=as_json) as bar:
        building.build(house, bar, story)
    if as_json:
        click.echo(json.dumps({"instance": str(config.instance), "day": str(story.today)}, ensure_ascii=False))
        return
    click.echo(str(_("The demo company is ready; it lives on {day}.", day=story.today)))


@contextmanager
def _on_its_day(story: Story) -> Iterator[None]:
    """What the people of the story sign bears the day the demo lives on, not the day of whoever builds it."""
    before = os.environ.get(clock.DEMO_DATE_VARIABLE)
    os.environ[clock.DEMO_DATE_VARIABLE] = str(story.today)
    try:
        yield
    finally:
        if before is None:
            del os.environ[clock.DEMO_DATE_VARIABLE]
        else:
            os.environ[clock.DEMO_DATE_VARIABLE] = before


@click.command("accounts", help="The accounts of the demo company.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@plain
def accounts(as_json: bool) -> None:
    """User, password, name, position and role in the story of each demo account."""
    house = ready(the_house())
    with house.session(Actor.system("demo: look")) as session:
        story = building.told_in(session)
    if story is None:
        raise DomainError("demo.none", _("There is no demo company here; build it with `remit demo build`."))
    rows = []
    people = {row["number"]: row for row in story.table("people")}
    with house.session(Actor.system("demo: list accounts")) as session:
        named = select(Position.code, PositionVersion.title).join(
            PositionVersion, PositionVersion.position_id == Position.id
        )
        titles = {code: str(title) for code, title in session.execute(named.where(as_of(PositionVersion, story.today)))}
    chinese = current_locale() == "zh_CN"
    for account in story.accounts:
        person = people[account.number]
        rows.append({
            "user": account.login, "password": account.password, "name": person["name"],
            "position": titles.get(person["position"], person["position"]),
            "role": account.role_zh if chinese else account.role_en,
        })
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['user']:<13} {row['password']:<26} {row['name']}  {row['position']}  {row['role']}")
