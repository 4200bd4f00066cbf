"""What somebody is paid by agreement, for his pay page: what holds now, how it came about, what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll.actions import CHANGE_READ, CHANGE_REQUEST, SALARY_READ
from payroll.models import ComponentVersion, Salary, SalaryChange
from payroll.services.changes import agreed
from payroll.services.changes.drafting import changes, place_for
from payroll.services.salary import Agreed, told_rows
from payroll.text import _
from remit.base import Actor, DomainError, NotFound, clock
from remit.models import Employment, Translation, dated, guard
from remit.services import allowed, system, visible

_MARK = [(CHANGE_READ, "core_employment")]


@dataclass(frozen=True, slots=True)
class Held:
    """An agreed amount of a component, and the request it came of."""

    title: Translation
    agreed: Agreed
    reason: str
    change_id: int | None


@dataclass(frozen=True, slots=True)
class Pay:
    """``rows`` are all agreed amounts the reader may see, the latest first, ``now`` those of today; ``open`` says that
    he may see any. ``changes`` are the requests he may see.
    """

    employment: Employment
    name: str
    own: bool
    open: bool
    now: Sequence[Held]
    rows: Sequence[Held]
    changes: Sequence[SalaryChange]
    may_ask: bool


def own_employment(session: Session, actor: Actor) -> Employment:
    """The employment of whoever asks, the one of today before those that ended. ``NotFound`` for whoever has none."""
    today = clock.today(actor.zone)
    statement = select(Employment).where(Employment.person_id == (actor.person_id or 0), Employment.hired_on <= today)
    found = session.scalars(
        guard.mark(statement.order_by(Employment.left_on.desc(), Employment.id.desc()).limit(1), _MARK)
    ).one_or_none()
    if found is None:
        raise _nothing()
    return found


def of_employment(session: Session, actor: Actor, employment_id: int) -> Pay:
    """The agreed pay of an employment as far as the reader may see it: all, his own, or what was asked for.

    Raises ``NotFound`` for whoever may see nothing of it and may not ask, whether there is such an employment or not.
    """
    employment = session.get(
        Employment, employment_id, execution_options={guard.MARKER: frozenset(_MARK)}
    )
    if employment is None:
        raise _nothing()
    own = actor.person_id is not None and employment.person_id == actor.person_id
    rows = _rows(session, actor, employment, own=own)
    asked = changes(session, actor, employment_id=employment.id)
    may_ask = _may_ask(session, actor, employment)
    if not (rows or asked or own or may_ask):
        raise _nothing()
    today = clock.today(actor.zone)
    return Pay(
        employment, agreed.name_of(session, employment.person_id), own, bool(rows),
        [one for one in rows if one.agreed.valid_from <= today < one.agreed.valid_to], rows, asked, may_ask,
    )  # fmt: skip


def _rows(session: Session, actor: Actor, employment: Employment, *, own: bool) -> list[Held]:
    statement = select(Salary).where(Salary.employment_id == employment.id).order_by(
        Salary.valid_from.desc(), Salary.component_id
    )
    found = session.scalars(visible(session, actor, SALARY_READ, statement)).all()
    titles = _titles(session)
    return [
        Held(titles.get(row.component_id, Translation(en="–")), told, row.reason or "", row.change_id)
        for row, told in told_rows(session, found, own=own)
    ]


def _titles(session: Session) -> dict[int, Translation]:
    rows = session.execute(
        select(ComponentVersion.component_id, ComponentVersion.title).where(
            dated.as_of(ComponentVersion, clock.today())
        )
    )
    return {component: title for component, title in rows}


def _may_ask(session: Session, actor: Actor, employment: Employment) -> bool:
    if not allowed(session, actor, CHANGE_REQUEST):
        return False
    try:
        return allowed(session, actor, CHANGE_REQUEST, place_for(session, actor, employment))
    except DomainError:  # who has no post today is not paid otherwise
        return False


def to_change(session: Session, actor: Actor, employment_id: int) -> Employment:
    """An employment whose pay somebody may ask to change; ``NotFound`` for any other, whether it is there or not."""
    found = session.get(Employment, employment_id, execution_options={guard.MARKER: frozenset(_MARK)})
    if found is None or not _may_ask(session, actor, found):
        raise _nothing()
    return found


def employment_for(session: Session, actor: Actor, number: str) -> Employment:
    """The employment of a number that somebody may ask a change of pay for.

    Raises ``DomainError`` with the field where there is none, or it is not his to ask for.
    """
    with system(session, "whose pay somebody wants to change"):
        found = session.scalars(select(Employment).where(Employment.number == number.strip())).one_or_none()
    if found is None or not _may_ask(session, actor, found):
        raise DomainError("payroll.change_employee", _(
            "There is no employee {number} whose pay you may ask to change.", number=number.strip()), "employee")
    return found


def _nothing() -> NotFound:
    return NotFound("salary.none", _("There is no agreed pay here, or it is not yours to see."))
