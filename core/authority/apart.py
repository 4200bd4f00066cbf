"""Pages about incompatible duties: the rules in force with whom they let pass, and the form that lets somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Response, request, url_for
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from core.access.calls import allowed, visible
from core.access.declare import access
from core.audit import history
from core.authority import separating, wording
from core.authority.actions import MITIGATE
from core.authority.checks import titles
from core.authority.models import PublishedList, SeparationMitigation, SeparationRule
from core.authority.readable import readable
from core.authority.reading import in_force
from core.authority.rules import OWN_LIST
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.db import guard
from core.kernel.house import of as house_of
from core.org.models import Employment, Person, Unit
from core.schemas import fields
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("authority")

apart = ModuleBlueprint("separation", __name__, url_prefix="/authority/separation")

#: How long a mitigation that is over is still shown, and the time the form proposes.
PAST, USUAL = timedelta(days=92), timedelta(days=90)
#: So many mitigations are shown at most, the last ones first.
SHOWN = 200
STATES = {"in force": (_("Holds now"), "ok"), "coming": (_("Coming"), "info"), "over": (_("Over"), "")}


@dataclass(frozen=True, slots=True)
class Passing:
    """A mitigation with its names."""

    id: int
    name: str
    number: str
    control: str
    first_day: date
    last_day: date
    approved_by: str
    state: str


@dataclass(slots=True)
class Kept:
    """A rule in words, and whom it lets pass, as far as the reader may see them."""

    unit_id: int | None
    code: str
    citation: str
    sentence: Text
    risk: Text
    risk_kind: str
    basis: str
    version: int
    passing: list[Passing] = field(default_factory=list)


class MitigateSchema(fields.Schema):
    """Whom which rule lets pass, why that is safe, and for how long."""

    rule = fields.String(required=True, metadata={"label": _("Rule"), "span": True})
    number = fields.String(required=True, max_length=40, metadata={"label": _("Employee number")})
    first_day = fields.Day(required=True, metadata={"label": _("From")})
    last_day = fields.Day(required=True, metadata={"label": _("Until, including")})
    control = fields.String(required=True, max_length=500, metadata={
        "label": _("What keeps the risk small"), "kind": "textarea", "span": True,
        "hint": _("Who checks what, and how often. Whoever audits reads it.")})


@apart.get("")
@access("authority.list:read")
def index(session: Session, actor: Actor) -> Page:
    """The rules in force of the lists one may read, each with whom it lets pass."""
    day = clock.today(actor.zone)
    found = {(one.unit_id, one.code): one for one in kept(session, actor, day)}
    may = allowed(session, actor, MITIGATE)
    if may:
        _add_passing(session, actor, day, found)
    return page(
        "authority/separation.html", title=_("Incompatible duties"), rules=list(found.values()), states=STATES,
        may_mitigate=may, crumb=[(_("Duty and authority lists"), url_for("authority.index"))],
    )


@apart.route("/new", methods=["GET", "POST"])
@access(MITIGATE)
def new(session: Session, actor: Actor) -> Page | Response:
    """Let somebody do what a rule keeps apart, from a day to a day."""
    day = clock.today(actor.zone)
    offered = [(one.citation, _("{rule}: {what}", rule=one.citation, what=one.sentence))
               for one in kept(session, actor, day)]
    form = Form(
        MitigateSchema,
        values={"rule": request.args.get("rule", ""), "number": request.args.get("number", ""), "control": "",
                "first_day": day, "last_day": day + USUAL},
        options={"rule": [("", _("Choose")), *offered]},
    )  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        person_id = _person(session, actor, values.pop("number").strip())
        separating.mitigate(session, actor, person_id=person_id, **values)
        flash(_("It is recorded, and ends by itself after the last day."))
        return redirect_to("separation.index")

    return form.answer(session, lambda: page(
        "authority/separation_new.html", title=_("Record a mitigation"), form=form, offered=bool(offered),
        crumb=[(_("Incompatible duties"), url_for("separation.index"))],
    ), save)  # fmt: skip


def _person(session: Session, actor: Actor, number: str) -> int:
    """The person of an employee number, if the actor may let him pass; about himself the service refuses."""
    found = session.scalar(guard.mark(
        select(Employment.person_id).where(Employment.number == number), [(MITIGATE, "core_employment")]
    ))  # fmt: skip
    may = found is not None and (
        found == actor.person_id or allowed(session, actor, MITIGATE, SeparationMitigation(person_id=found))
    )
    if found is None or not may:
        raise DomainError("separation.person", _("There is no employee {number}, or not for you.", number=number),
                          "number")  # fmt: skip
    return int(found)


@apart.post("/<id:mitigation_id>/end")
@access(MITIGATE)
def end(session: Session, actor: Actor, mitigation_id: int) -> Response:
    """End a mitigation at once."""
    separating.end(session, actor, mitigation_id)
    flash(_("The mitigation has ended."))
    return redirect_to("separation.index")


def kept(session: Session, actor: Actor, day: date, unit_id: int | None = None) -> list[Kept]:
    """The rules of the lists in force that somebody may read, or of the list of one unit."""
    registry, engine = house_of(session).registry, session.info["authority"]
    if not engine.on_day(session, day).rules:  # read already, to decide by
        return []
    rows = session.execute(
        select(SeparationRule, PublishedList.unit_id, PublishedList.version, Unit.code)
        .join(PublishedList, PublishedList.id == SeparationRule.list_id)
        .outerjoin(Unit, Unit.id == PublishedList.unit_id)
        .where(in_force(day), readable(session, actor), true() if unit_id is None else PublishedList.unit_id == unit_id)
        .order_by(Unit.code, SeparationRule.id)
    )
    return [
        Kept(
            unit, rule.code, f"{code or OWN_LIST}.{rule.code}",
            wording.kept_apart(rule.kind, titles(registry, rule.actions), rule.months), wording.RISK_WORDS[rule.risk],
            {"high": "bad", "medium": "warn"}.get(rule.risk, ""), rule.basis or "", version,
        )
        for rule, unit, version, code in rows
    ]


def _add_passing(session: Session, actor: Actor, day: date, found: dict[tuple[int | None, str], Kept]) -> None:
    """Whom the rules let pass, now, from a later day on, and until lately."""
    rows: Sequence[SeparationMitigation] = session.scalars(visible(session, actor, MITIGATE, (
        select(SeparationMitigation).where(SeparationMitigation.valid_to > day - PAST)
        .order_by(SeparationMitigation.valid_to.desc(), SeparationMitigation.id.desc()).limit(SHOWN)
    ))).all()  # fmt: skip
    people = {row.person_id for row in rows}
    names = {person: (name, number) for person, name, number in session.execute(guard.mark(
        select(Person.id, Person.name, Employment.number).join(Employment, Employment.person_id == Person.id)
        .where(Person.id.in_(people)).order_by(Employment.hired_on),
        [(MITIGATE, "core_person"), (MITIGATE, "core_employment")],
    ))}  # fmt: skip
    by = history.names(session, {row.approved_by_account_id for row in rows if row.approved_by_account_id})
    for row in rows:
        if (row.unit_id, row.rule_code) in found:
            name, number = names.get(row.person_id, ("–", "–"))
            found[row.unit_id, row.rule_code].passing.append(Passing(
                row.id, name, number, row.control, row.valid_from, row.valid_to - timedelta(days=1),
                by.get(row.approved_by_account_id or 0, "–"),
                "over" if row.valid_to <= day else "coming" if row.valid_from > day else "in force",
            ))  # fmt: skip
