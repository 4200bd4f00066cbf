"""Leads from a file: what the rows would do, doing it, and taking it back."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.models import Arrival, Lead
from plugins.crm.rules.reading import answers_of, moment_of, staff_of
from plugins.crm.services.intake.bringing import Brought, brought
from plugins.crm.services.intake.capture import TAKEN_NEW, already_taken, capture, may_capture
from plugins.crm.services.intake.matching import same
from plugins.crm.services.intake.words import Words, words
from plugins.crm.services.leads.history import happened
from plugins.crm.services.leads.loading import load_many
from plugins.crm.text import MERGED, NEW, VOID, _
from remit.base import Actor, DomainError
from remit.exchange import Changes, Checked, Plan, Report
from remit.models import keys_of

if TYPE_CHECKING:
    from remit.text import Text

#: The way in. A row without a number of its own is known by what it says, so a file sent again changes nothing.
SOURCE = "file"
_TEXTS = ("channel", "campaign", "company", "contact", "phone", "email", "industry", "region", "product", "consent",
          "note", "external_id")  # fmt: skip


def plan_leads(session: Session, actor: Actor, checked: Checked) -> Plan:
    """What a file of leads would do: new ones, ones that add to what is there, and ones that came before."""
    found, rows, places = Plan(), [], []
    known, key = words(session), keys_of(session).derive("crm.lead.file")
    refused: set[int] = set()
    for at in range(len(checked)):
        if at in checked.spoilt:
            continue
        try:
            row = _row(known, checked, at, actor.zone)
        except DomainError as wrong:
            told = _told(checked, wrong.field, at)
            found.problems.append(checked.at(at, wrong.field, cast("Text", wrong.message), value=told))
            continue
        if row.channel.id not in refused and not may_capture(session, actor, row.channel):
            refused.add(row.channel.id)
            found.problems.append(checked.at(
                at, "channel", _("You may not take leads in for the channel {title}.", title=row.channel.title)))
        rows.append(row if row.external_id else replace(row, external_id=_digest(key, row)))
        places.append(at)
    _count(session, checked, rows, places, found)
    found.data = rows
    return found


def _count(session: Session, checked: Checked, rows: list[Brought], places: list[int], found: Plan) -> None:
    taken = already_taken(session, SOURCE, (row.external_id or "" for row in rows))
    fresh: list[int] = []
    seen: dict[str, int] = {}
    for position, row in enumerate(rows):
        number = row.external_id or ""
        if number in taken or number in seen:
            found.unchanged += 1
            if number in seen:
                _doubled(checked, places, position, seen[number], found)
        else:
            seen[number] = position
            fresh.append(position)
    for group in same(session, [rows[position] for position in fresh]):
        found.new += not group.leads
        found.changed += len(group.rows) - (not group.leads)
        for other in group.rows[1:]:
            _doubled(checked, places, fresh[other], fresh[group.rows[0]], found)


def _doubled(checked: Checked, places: list[int], position: int, first: int, found: Plan) -> None:
    row = checked.rows[places[first]]
    found.warnings.append(
        checked.at(places[position], None, _("This is the same lead as in row {row}; it is kept once.", row=row))
    )


def _row(known: Words, checked: Checked, at: int, zone: str) -> Brought:
    told: dict[str, Any] = {name: checked.columns[name][at] for name in _TEXTS}
    told["staff"] = _read(checked, at, "staff", staff_of, _("Write a number, or a band such as 50-199."))
    told["answers"] = _read(checked, at, "answers", answers_of,
                            _("Write answers as {form}.", form="name=value; name=value"))  # fmt: skip

    def read(cell: str) -> datetime | None:
        return moment_of(cell, zone)

    told["at"] = _read(checked, at, "at", read, _("Write the day as 2026-11-23, or with its time 2026-11-23 14:05."))
    return brought(known, told)


def _read(checked: Checked, at: int, name: str, read: Any, otherwise: Any) -> Any:
    cell = checked.columns[name][at]
    if cell is None:
        return None
    value = read(str(cell))
    if value is None:
        raise DomainError(f"crm.{name}", otherwise, name)
    return value


def _told(checked: Checked, name: str | None, at: int) -> Any:
    return checked.columns[name][at] if name in checked.columns else None


def _digest(key: bytes, row: Brought) -> str:
    """A number for a row that has none: what it says, keyed, so that nobody can try phone numbers against it."""
    says = [row.channel.code, row.campaign.code if row.campaign else "", row.company_key, row.contact, row.phone,
            row.email, row.industry, row.region, row.product, row.staff, sorted(row.answers.items()),
            row.at.isoformat() if row.at else "", row.note]  # fmt: skip
    return hmac.new(key, json.dumps(says, ensure_ascii=False).encode(), "sha256").hexdigest()


def apply_leads(session: Session, actor: Actor, planned: Plan, changes: Changes, report: Report) -> None:
    """Take the leads in, those of one moment in the order of the file."""
    del changes  # what is flushed meanwhile is watched
    rows: list[Brought] = planned.data
    capture(session, actor, SOURCE, rows)
    report(len(rows), len(rows), _("Writing"))


def take_back(session: Session, actor: Actor, made: Mapping[str, Sequence[int]]) -> int:
    """Take an import back as far as leads can be: what it brought counts no more, what it added is empty again.

    The history stays. ``made`` are the numbers of the rows that were inserted, by table; the answer is how many leads
    changed. Raises ``DomainError`` where somebody has worked with one of the leads since.
    """
    del actor
    arrivals = session.scalars(
        select(Arrival).where(Arrival.id.in_(made.get("crm_arrival", ()))).order_by(Arrival.id.desc())
    ).all()
    leads = load_many(session, {one.lead_id for one in arrivals})
    for arrival in arrivals:
        lead = leads[arrival.lead_id]
        if arrival.outcome == TAKEN_NEW:
            _void(lead)
            happened(session, lead, "voided")
        else:
            _empty_again(lead, arrival)
        arrival.external_id, arrival.outcome = None, "undone"
    session.flush()
    return len(leads)


def _void(lead: Lead) -> None:
    if lead.state not in (NEW, MERGED) or lead.touched_at is not None:
        raise DomainError(
            "import.changed_since",
            _("The import cannot be undone: {company} is being followed up already.", company=lead.company),
        )
    lead.state, lead.owner_person_id, lead.next_on, lead.due_at = VOID, None, None, None
    lead.revision += 1


def _empty_again(lead: Lead, arrival: Arrival) -> None:
    answers = dict(lead.answers)
    for name, value in arrival.added.items():
        if name.startswith("answers."):
            answers.pop(name.removeprefix("answers."), None)
        elif name in ("phone", "email"):
            setattr(lead, name, None)
            setattr(lead, f"{name}_index", None)
        elif name == "company":
            lead.company, lead.company_key = lead.contact or lead.company, ""
        elif name == "contact":
            lead.contact = ""
        elif getattr(lead, name) == value:
            setattr(lead, name, None if name == "staff" else "")
    if arrival.added:
        lead.answers = answers
        lead.revision += 1

