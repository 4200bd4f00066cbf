"""A small company for these tests: two tables, one import, one job, a house around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.audit.install import install as install_audit
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.config import Config
from core.contracts.country import Country, Identifier
from core.db.base import Base
from core.db.guard import mark
from core.db.session import Database
from core.db.types import BlindIndex, EncryptedText, Id
from core.exchange.changes import Changes
from core.exchange.check import Checked
from core.exchange.columns import Column, Sheet
from core.exchange.importing import Exchange, Plan
from core.jobs.context import JobContext, Report
from core.jobs.install import install as install_jobs
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.hookspecs import hookimpl
from core.kernel.house import House
from core.kernel.specs import ActionDef, Facts, Job, Module, ResourceType
from remit.testing.schema import SchemaBuilder

_ = catalogue("trial")

TABLES = (
    "core_module", "core_epoch", "core_audit", "core_audit_subject", "core_audit_leaf", "core_audit_checkpoint",
    "core_audit_progress", "core_file", "core_event", "core_event_delivery", "core_job",
    "core_import", "core_import_change",
    "trial_person", "trial_note", "trial_unit", "trial_unit_version",
)
PARTS = (
    "core.audit.plugin", "core.files.plugin", "core.events.plugin", "core.jobs.plugin", "core.exchange.plugin",
)
IMPORT = "trial.person:import"
module = Module("trial", _("Trial"), "tests.core.exchange", "1.0")
CLERK = Actor(kind="person", name="Clerk", account_id=7, person_id=70, request_id="req-1")


class TrialPerson(Base):
    __tablename__ = "trial_person"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str]
    joined: Mapped[date]
    salary: Mapped[int]
    identity: Mapped[str | None] = mapped_column(EncryptedText("trial_person.identity"))
    identity_index: Mapped[Any] = mapped_column(BlindIndex("trial_person.identity"), nullable=True)


class TrialNote(Base):
    __tablename__ = "trial_note"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("trial_person.id"))
    text: Mapped[str]


class TrialUnit(Base):
    __tablename__ = "trial_unit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str]


class TrialUnitVersion(Base):
    __tablename__ = "trial_unit_version"
    __table_args__ = (UniqueConstraint("unit_id", "valid_from"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("trial_unit.id"))
    valid_from: Mapped[date]
    title: Mapped[str]


def _digits_add_up(number: str) -> DomainError | None:
    """The last digit is the sum of the others modulo ten."""
    if sum(map(int, number[:-1])) % 10 == int(number[-1]):
        return None
    return DomainError("trial.digit", _("The check digit of the number is wrong; compare it with the card."))


CARD = Identifier(
    "trial_card", {"en": "Card"}, _digits_add_up, mask=lambda number: number[:1], normal=lambda number: number
)
COUNTRY = Country("XT", {"en": "Trial"}, "XTS", identifiers=(CARD,))

PEOPLE = Sheet(
    "trial",
    (
        Column("number", _("Employee number"), "code", required=True, aliases=("工号", "员工编号")),
        Column("name", _("Name"), required=True, aliases=("姓名",), max_length=40),
        Column("joined", _("Join date"), "date", required=True, aliases=("入职日期",)),
        Column("salary", _("Salary"), "money", required=True, aliases=("薪资", "月薪")),
        Column("identity", _("Identity number"), "identity_number", aliases=("证件号码", "身份证号"), personal=True,
               identifier="trial_card"),
        Column("manager", _("Manager"), "code", aliases=("上级工号",)),
    ),
    key=("number",),
)


def plan(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Compare by employee number."""
    del actor
    everybody = mark(select(TrialPerson), [(IMPORT, "trial_person")])
    stored = {person.number: person for person in session.scalars(everybody)}
    found = Plan(data={"insert": [], "update": [], "checked": checked, "stored": stored})
    known = {*stored, *checked.columns["number"], *checked.dropped.get("number", ())}
    for position, number in enumerate(checked.columns["number"]):
        manager = checked.columns["manager"][position]
        if manager is not None and manager not in known:
            found.problems.append(
                checked.at(position, "manager", _("There is no employee {number}.", number=manager), value=manager)
            )
        person = stored.get(number)
        if person is None:
            found.new += 1
            found.data["insert"].append(position)
        elif (person.name, person.joined, person.salary) != tuple(
            checked.columns[name][position] for name in ("name", "joined", "salary")
        ):
            found.changed += 1
            found.data["update"].append(position)
        else:
            found.unchanged += 1
    return found


def apply(session: Session, actor: Actor, planned: Plan, changes: Changes, report: Report) -> None:
    """New people in bulk, one of them with a note by the ORM; changed ones in bulk."""
    del actor
    checked: Checked = planned.data["checked"]
    stored: Mapping[str, TrialPerson] = planned.data["stored"]

    def columns(positions: Sequence[int], *names: str) -> dict[str, Any]:
        return {name: [checked.columns[name][position] for position in positions] for name in names}

    inserted = planned.data["insert"]
    if inserted:
        values = columns(inserted, "number", "name", "joined", "salary", "identity")
        ids = changes.insert(TrialPerson, {**values, "identity_index": values["identity"]})
        session.add(TrialNote(person_id=int(ids[0]), text="imported"))
    report(1, 2, _("Half way"))
    updated = planned.data["update"]
    if updated:
        known = [stored[checked.columns["number"][position]].id for position in updated]
        changes.update(TrialPerson, {"id": np.array(known), **columns(updated, "name", "joined", "salary")})


EXCHANGE = Exchange("trial", _("Trial people"), PEOPLE, IMPORT, plan, apply)


def count_up(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """A job that writes one row in the end."""
    for step in range(int(args["steps"])):
        context.progress(step, int(args["steps"]), Text("trial", "Counting"))
    with context.session(write=True) as session:
        session.add(TrialUnit(code=str(args["code"])))
        result = {"counted": int(args["steps"])}
        context.complete(session, result)
    return result


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    return [ActionDef(IMPORT, _("Import trial people"), resource="trial.person")]


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    return [ResourceType("trial.person", TrialPerson, lambda _session, _person: Facts(), read=IMPORT)]


@hookimpl
def register_exchanges() -> Sequence[Exchange]:
    return [EXCHANGE]


@hookimpl
def register_jobs() -> Sequence[Job]:
    return [Job("trial.count", _("Count"), count_up)]


@hookimpl
def register_country() -> Country:
    return COUNTRY


def _build(database: Database) -> None:
    import core.audit.models
    import core.events.models
    import core.exchange.models
    import core.files.models
    import core.jobs.models
    import core.kernel.models  # noqa: F401

    database.create_all(Base.metadata, [Base.metadata.tables[name] for name in TABLES])


BUILDER = SchemaBuilder(("trial company",), _build)


def house_around(database: Database, folder: Path, **modules: str) -> House:
    """A house with the packages under test; nothing is guarded but what is declared."""
    registry, manager = loader.load(PARTS, {"trial": __name__, **modules})
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    house = House(Config(instance=folder, job_threads=1), database, registry, Hooks(manager))
    install_audit(house)
    install_jobs(house)
    return house
