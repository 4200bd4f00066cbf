"""Ten thousand readers: a few statements, jobs of a few hundred."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from core.base import clock
from core.identity.models import Account
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.kernel.specs import Message, Recipients
from core.notify import planning
from core.notify.models import Delivery, Notice
from core.notify.telling import notify
from remit.models import Person
from remit.services import system
from remit.testing.statements import counting
from tests.core.notify import trial
from tests.core.notify.conftest import SYSTEM, World

MANY = 10_000


def test_ten_thousand_are_told_in_a_few_statements(world: World) -> None:
    numbers = range(100_000, 100_000 + MANY)
    with world.house.session(SYSTEM, write=True) as session, system(session, "a large company"):
        session.execute(insert(Person), [{"id": n, "name": f"员工{n}", "email": f"p{n}@x.example"} for n in numbers])
        session.execute(insert(Account), [
            {"id": n, "login": f"p{n}", "name": f"员工{n}", "person_id": n, "password_hash": "-",
             "created_at": clock.now()}
            for n in numbers
        ])
    with world.house.session(SYSTEM, write=True) as session, counting(world.house.database) as statements:
        message = Message(trial.GROUP, link="/x")
        assert notify(session, "trial.plain", message, to=Recipients(persons=numbers), key="all") == MANY
        assert len(statements) <= 15, str(statements)
        assert notify(session, "trial.plain", message, to=Recipients(persons=numbers), key="all") == 0
    with world.house.session(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == MANY
        assert session.scalar(select(func.count()).select_from(Delivery)) == MANY
    assert Pool(world.house, threads=0).run_waiting(most=1) == 1
    with world.house.session(SYSTEM) as session:
        kinds = dict(session.execute(select(JobRow.kind, func.count()).group_by(JobRow.kind)).all())
    assert kinds == {"notify.send": 1, "notify.send_part": MANY // planning.PART, "notify.sent": 1}
