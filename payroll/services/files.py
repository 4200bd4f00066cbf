"""The bank payroll file and the tax client's import, in the layouts of the country pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import SLIP_COLUMNS, Deduction, PayGroup, Run, RunColumn, Slip
from payroll.rules.states import reached
from payroll.services.compute import country_of
from payroll.services.freeze import inputs_of
from payroll.services.run import month_of
from payroll.text import _
from remit.base import Actor, DomainError, Month
from remit.contracts import FileFormat, FilingRow, PaymentRow
from remit.exchange import media_of, outgoing
from remit.models import Employment, Person, dated
from remit.services import modules_on, of, record_bulk, require, system

Purpose = Literal["bank", "tax"]


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A finished file with what it adds up to."""

    name: str
    media: str
    data: bytes
    count: int
    total: int


def formats(session: Session, run: Run, purpose: Purpose) -> list[FileFormat]:
    """The layouts the country pack knows for a purpose; none where no pack is on."""
    country = country_of(session, session.get_one(PayGroup, run.group_id))
    return [one for one in country.files if one.purpose == purpose] if country is not None else []


def formats_of(session: Session, country: str, purpose: Purpose) -> list[FileFormat]:
    """The same for a country by its code, without a statement."""
    pack = of(session).registry.countries(modules_on(session)).get(country)
    return [one for one in pack.files if one.purpose == purpose] if pack is not None else []


def export(
    session: Session, actor: Actor, run: Run, purpose: Purpose, *, layout: str | None = None,
    extension: str | None = None,
) -> OutgoingFile:
    """Write the file of an approved run; the export is audited with its count and digest.

    Raises ``Denied``, ``DomainError`` where no pack has a layout or the run is not approved, ``InputErrors`` naming
    everybody whose data are not complete.
    """
    action = actions.EXPORT_BANK if purpose == "bank" else actions.EXPORT_TAX
    require(session, actor, action, run)
    if not reached(run.state, "approved"):
        raise DomainError("payroll.not_approved", _("Approve the payroll before writing files from it."))
    known = formats(session, run, purpose)
    chosen = next((one for one in known if layout in (None, one.code)), None)
    if chosen is None:
        raise DomainError("payroll.no_layout", _("There is no such file layout; known are: {codes}.",
                                                 codes=", ".join(one.code for one in known) or "–"))  # fmt: skip
    kind = extension or chosen.extensions[0]
    if kind not in chosen.extensions:
        raise DomainError("payroll.no_extension", _("This file is written as {kinds}.",
                                                    kinds=", ".join(chosen.extensions)))  # fmt: skip
    month = month_of(session, run)
    with system(session, f"the {purpose} file of {month} is written"):
        people = _people(session, run)
        rows = _payments(people, month) if purpose == "bank" else _filings(session, run, people)
        table = chosen.rows(rows)
        data = outgoing(table, chosen, kind)
        record_bulk(session, Slip.__tablename__, f"run:{run.id}", table.count, _digest(data), operation="export",
                    action=action)  # fmt: skip
    return OutgoingFile(f"{chosen.file_name}_{month}.{kind}", media_of(kind), data, table.count, table.total)


def _digest(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


def _people(session: Session, run: Run) -> list[tuple[Slip, Employment, Person]]:
    rows = session.execute(
        select(Slip, Employment, Person)
        .join(Employment, Employment.id == Slip.employment_id)
        .join(Person, Person.id == Slip.person_id)
        .where(Slip.run_id == run.id, Slip.void.is_(False))
        .order_by(Employment.number)
    )
    return [(slip, employment, person) for slip, employment, person in rows]


def _payments(people: Sequence[tuple[Slip, Employment, Person]], month: Month) -> list[PaymentRow]:
    """Everybody who gets money; who has nothing to get is left out, as banks want it."""
    note = str(_("Pay {month}", month=month))
    paid = [(slip, person) for slip, _employment, person in people if slip.net > 0]
    return [
        PaymentRow(number, person.name, person.bank_account or "", person.bank_name or "", slip.net, note)
        for number, (slip, person) in enumerate(paid, start=1)
    ]


def _filings(session: Session, run: Run, people: Sequence[tuple[Slip, Employment, Person]]) -> list[FilingRow]:
    """One row per person: several slips of one person are added up."""
    columns = session.scalars(select(RunColumn).where(RunColumn.run_id == run.id)).all()
    told = _reported(session, run)
    found: dict[int, tuple[str, Person, dict[str, int]]] = {}
    for slip, employment, person in people:
        first = (employment.number, person, dict(told.get(person.id, {})))
        _number, _person, amounts = found.setdefault(person.id, first)
        for column in columns:
            value = getattr(slip, SLIP_COLUMNS[column.position - 1])
            if column.type == "money" and value is not None:
                amounts[column.code] = amounts.get(column.code, 0) + value
        other = inputs_of(session, run.id, slip.employment_id).get("other_deductions_month")
        if other:
            amounts["other_deductions_month"] = amounts.get("other_deductions_month", 0) + other
    return [
        FilingRow(number, person.name, person.identity_kind or "", person.identity_number or "", amounts)
        for number, person, amounts in found.values()
    ]


def _reported(session: Session, run: Run) -> Mapping[int, Mapping[str, int]]:
    """Cumulative special additional deductions by person, as the tax client told them."""
    slip = session.scalars(select(Slip.tax_month).where(Slip.run_id == run.id).limit(1)).first()
    if slip is None:
        return {}
    tax = Month.from_number(slip)
    told: dict[int, dict[str, int]] = {}
    for person, kind, amount in session.execute(
        select(Deduction.person_id, Deduction.kind, Deduction.amount).where(
            Deduction.cumulative, dated.during(Deduction, tax.start, tax.period.end)
        )
    ):
        told.setdefault(person, {})[f"additional_{kind}"] = amount
    return told

