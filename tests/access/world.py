"""Two companies with people in all places that matter, for asking every address of the app from outside.

Everybody is somebody's colleague here: ``own`` is the employee who asks, ``same`` works in her group, ``sibling`` in
the group beside it, ``other`` in another company. Each of them has one of everything that belongs to people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from typing import Any

from sqlalchemy import TypeDecorator, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from core.authority.document import parse
from core.authority.publish import publish
from core.base.actor import Actor
from core.db.guard import system
from core.identity import services as identity
from core.kernel.house import House
from core.org import services as org
from core.org.models import LegalEntity, Person, Position, Unit
from tests.access.lists import LISTS, POSTS, UNITS
from tests.visitor import PASSWORD

SYSTEM = Actor.system("a company for tests")
TODAY = date(2026, 11, 23)
NOW = datetime.fromisoformat("2026-11-23T02:00:00+00:00")
START = date(2025, 1, 1)

#: Who is employed: number -> name and position. The canaries of a row begin with the person's name.
PEOPLE = {
    "P01": ("zhao", "FOL-HEAD"), "P02": ("liu", "FOL-REP"), "P03": ("qiu", "FOL-REP"), "P04": ("wu", "CARE-HEAD"),
    "P05": ("deng", "CARE-REP"), "P06": ("wang", "HR-DIR"), "P07": ("xia", "HR-CLERK"), "P08": ("ma", "HR-PAY"),
    "P09": ("sun", "FIN-ACC"), "P10": ("jiang", "IT-ADM"), "P11": ("li", "BJ-REP"), "P12": ("luo", "CEO"),
}  # fmt: skip
#: Whose things the columns of the matrix are.
OWNERS = {"own": "liu", "same": "qiu", "sibling": "deng", "other": "li"}
COLUMNS = (*OWNERS, "none")
#: Persona -> who that is; nobody is not signed in.
PERSONAS = {
    "stranger": "", "employee": "liu", "head": "zhao", "sibling head": "wu", "HR clerk": "xia", "HR director": "wang",
    "payroll": "ma", "accountant": "sun", "administrator": "jiang", "other company": "li",
}  # fmt: skip
NOBODY = 9_000_000_000_000


@dataclass
class World:
    """Ids of what there is: of people's things by kind and column, of all else by kind."""

    house: House
    people: dict[str, Any] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    entities: dict[str, LegalEntity] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    single: dict[str, Any] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Somebody as he is when he has signed in."""
        return Actor(
            kind="person", name=name, account_id=self.accounts[name], person_id=self.people[name].person_id, locale="en"
        )

    def owned(self) -> Iterator[tuple[str, str]]:
        """Column and name of those who own one of each thing."""
        yield from OWNERS.items()


def python_type(kind: TypeEngine[Any]) -> type[Any]:
    """What the values of a column are, also of one that wraps another."""
    inner = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return inner.python_type


def made(session: Session, model: type[Any], **given: Any) -> Any:
    """A row of any table: what is not given and has to be there is filled by its type."""
    for column in inspect(model).column_attrs:
        stored = column.columns[0]
        if column.key in given or stored.nullable or stored.default is not None or stored.primary_key:
            continue
        kind = python_type(stored.type)
        given[column.key] = {
            int: 1, bool: False, str: "-", bytes: b"", date: TODAY, datetime: NOW, dict: {}, list: [],
        }.get(kind, "-")  # fmt: skip
    row = model(**given)
    session.add(row)
    session.flush()
    return row


def build(house: House, session: Session) -> World:
    """Units, posts, people, lists and accounts, made through the services."""
    world = World(house)
    for code, name in (("LK", "Lingke"), ("BJ", "Beijing")):
        world.entities[code] = org.create_legal_entity(
            session, SYSTEM, code=code, name={"zh_CN": f"{name}公司", "en": name}
        )
    for code, (parent, entity) in UNITS.items():
        world.units[code] = org.create_unit(
            session, SYSTEM, code=code, title={"zh_CN": f"{code}部", "en": f"Unit {code}"}, valid_from=START,
            parent=world.units.get(parent), legal_entity=world.entities.get(entity), is_withholding_agent=bool(entity),
        )
    for code, (unit, above) in POSTS.items():
        world.positions[code] = org.create_position(
            session, SYSTEM, code=code, unit=world.units[unit], title={"zh_CN": f"岗位{code}", "en": f"Post {code}"},
            valid_from=START, reports_to=world.positions.get(above), headcount=9, is_head=code.endswith("HEAD"),
        )
    for number, (name, post) in PEOPLE.items():
        world.people[name] = org.hire(
            session, SYSTEM, number=number, name=name, position=world.positions[post], hired_on=START,
            email=f"{name}@lingke.example",
        )
    for text in LISTS:
        publish(session, SYSTEM, parse(text, source="matrix.yaml"))
    for name, employment in world.people.items():
        account = identity.create_account(
            session, SYSTEM, login=name, name=name, password=PASSWORD, person_id=employment.person_id, locale="en"
        )
        world.accounts[name] = account.id
    return world


def give_tokens(world: World, session: Session) -> None:
    """A token for each persona that covers all he may do at all."""
    from core.access.calls import allowed

    for name in filter(None, PERSONAS.values()):
        actor = world.actor(name)
        scopes = [key for key in world.house.registry.actions if allowed(session, actor, key)]
        _row, world.tokens[name] = identity.create_token(session, actor, name="matrix", scopes=scopes)


@dataclass(frozen=True, slots=True)
class Canary:
    """A value that occurs nowhere else: in which field it was put, whose it is, which action opens it."""

    value: str | int
    field: str
    person: str
    opens: str

    def written(self) -> tuple[str, ...]:
        """All the ways it may be written: an amount as minor units, with and without commas."""
        if isinstance(self.value, str):
            return (self.value,)
        whole, part = divmod(self.value, 100)
        return (str(self.value), f"{whole}.{part:02}", f"{whole:,}.{part:02}")


def plant(session: Session, world: World) -> list[Canary]:
    """Put one into every masked field of every row of every guarded table, by the field groups that are registered."""
    planted: list[Canary] = []
    names = {employment.person_id: name for name, employment in world.people.items()}
    with system(session, "canaries are put in"):
        for resource in world.house.registry.resource_types.values():
            for group, row in product(resource.groups, session.scalars(select(resource.model)).all()):
                whose = row.id if isinstance(row, Person) else getattr(row, "person_id", None) or row.owner_person_id
                person = names[whose]
                for name in group.fields:
                    number = len(planted) + 1
                    kind = python_type(inspect(resource.model).columns[name].type)
                    value = 770_000_003 + number * 1_000_019 if kind is int else f"CANARY{number:03}X{number * 7919}"
                    setattr(row, name, value)
                    planted.append(Canary(value, f"{resource.name}.{name}", person, group.reveal))
        session.flush()
    return planted


__all__ = [
    "COLUMNS", "NOBODY", "NOW", "OWNERS", "PEOPLE", "PERSONAS", "START", "SYSTEM", "TODAY", "Canary", "World", "build",
    "give_tokens", "made", "plant",
]  # fmt: skip
