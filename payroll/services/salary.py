"""Reading agreed salaries."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import ComponentVersion, Salary
from remit.base import Actor, clock
from remit.models import Employment, Translation, dated
from remit.services import system, visible


def history(session: Session, actor: Actor, number: str) -> list[tuple[Translation, Salary]]:
    """The agreed amounts of an employee number that the actor may see, by component and day."""
    with system(session, "payroll finds an employee by number"):
        employment = session.scalars(select(Employment.id).where(Employment.number == number)).one_or_none()
    rows = session.scalars(
        visible(
            session, actor, actions.SALARY_READ,
            select(Salary).where(Salary.employment_id == (employment or 0)).order_by(
                Salary.component_id, Salary.valid_from
            ),
        )
    ).all()
    titles = {
        identity: title
        for identity, title in session.execute(
            select(ComponentVersion.component_id, ComponentVersion.title).where(
                dated.as_of(ComponentVersion, clock.today())
            )
        )
    }
    return [(titles.get(row.component_id, Translation(en="–")), row) for row in rows]
