"""Reading agreed salaries."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import ComponentVersion, Salary
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
    return [
        (titles.get(row.component_id, Translation(en="–")), Agreed(row.valid_from, row.valid_to, row.amount))
        for row in rows
    ]
