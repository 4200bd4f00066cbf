"""Reading agreed salaries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import ComponentVersion, Salary, SalaryChange
from payroll.text import _
from remit.base import Actor, NotFound, clock
from remit.models import Employment, Translation, dated
from remit.services import system, unseen, visible


class Agreed(NamedTuple):
    """An agreed amount in minor units, from its first day to the day after its last."""

    valid_from: date
    valid_to: date
    amount: int


def history(session: Session, actor: Actor, number: str) -> list[tuple[Translation, Agreed]]:
    """The agreed amounts of an employee number that the actor may see, by component and day.

    Raises ``NotFound`` when there are none, ``Denied`` when he may not see everybody's and none of these.
    """
    with system(session, "payroll finds an employee by number"):
        one = session.scalars(select(Employment).where(Employment.number == number)).one_or_none()
    rows = session.scalars(
        visible(
            session, actor, actions.SALARY_READ,
            select(Salary).where(Salary.employment_id == (one.id if one else 0)).order_by(
                Salary.component_id, Salary.valid_from
            ),
        )
    ).all()
    if not rows:
        missing = NotFound(
            "salary.none", _("There is no agreed salary of {number}, or it is not yours to see.", number=number)
        )
        own = one is not None and one.person_id == actor.person_id
        raise unseen(session, actor, actions.SALARY_READ, Salary, missing, own=own)
    titles = {
        identity: title
        for identity, title in session.execute(
            select(ComponentVersion.component_id, ComponentVersion.title).where(
                dated.as_of(ComponentVersion, clock.today())
            )
        )
    }
    own = one is not None and one.person_id == actor.person_id
    return [
        (titles.get(row.component_id, Translation(en="–")), agreed) for row, agreed in told_rows(session, rows, own=own)
    ]


def told_rows(session: Session, rows: Sequence[Salary], *, own: bool) -> list[tuple[Salary, Agreed]]:
    """Agreed amounts with their days. Of his own nobody sees what he was not told of: a change that waits to be told
    is left out, and what was before goes on.
    """
    silent: set[int] = set()
    if own and any(row.change_id is not None for row in rows):
        with system(session, "which changes of pay somebody was told of"):
            silent = set(session.scalars(
                select(SalaryChange.id).where(
                    SalaryChange.id.in_({row.change_id for row in rows} - {None}), SalaryChange.told_at.is_(None)
                )
            ))
    hidden = [row for row in rows if row.change_id in silent]
    ends = {(row.component_id, row.valid_from): row.valid_to for row in hidden}
    shown = []
    for row in rows:
        if row in hidden:
            continue
        end = row.valid_to
        while (row.component_id, end) in ends:
            end = ends[row.component_id, end]
        shown.append((row, Agreed(row.valid_from, end, row.amount)))
    return shown
