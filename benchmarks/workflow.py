"""The inbox with ``size`` open requests beside the same page with a thousand, and handing requests in one by one beside
the bare insert of the same rows, each in a transaction of its own.

Open requests are copies of a few that people of the demo company put on a form; they wait for whoever the lists name.
Milliseconds are of the whole request inside one process: median and 95th percentile. The rows of a request handed in
are all that its transaction writes: the request, its run, its step, its task, what the audit log keeps of each, and the
event that tells whoever decides.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Sequence
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Column, FromClause, Table, func, insert, select

from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, demo
from benchmarks.pages import sign_in
from core.app import create_app
from core.db.base import Base
from core.db.guard import MIGRATION
from core.db.session import WRITE
from core.demo import story
from core.identity.models import Account
from core.kernel.house import House
from core.workflow import routes
from core.workflow.actions import FORM
from core.workflow.forms import services
from core.workflow.models import OPEN, Submission, Task
from core.workflow.processes.models import Run, RunStep
from remit.base import Actor
from remit.services import system
from remit.testing.statements import counting

SIZE = 100_000
SMALL = 1_000
TURNS = 60
#: So many requests are handed in one by one.
HANDED_IN = 300
#: Who asks, and what for: the form and what is written on it.
ASKED_BY = ("zhoulei", "liuyang", "sunqi", "xumei")
VALUES: dict[str, Any] = {
    "seal": "contract", "document": "Contract", "copies": 3, "taken_out": False, "reason": "A contract for the year",
}
AT_A_TIME = 10_000
#: What a request on its way is kept in.
MODELS: tuple[type[Any], ...] = (Submission, Run, RunStep, Task)


def run(size: int, database_url: str) -> Iterable[Figure]:
    """Statements and milliseconds of the inbox, and requests a second."""
    with demo(database_url) as house:
        seeds = [_hand_in(house, actor) for actor in _actors(house)]
        yield from _handed_in(house)
        app = create_app(house=house)
        _fill(house, seeds, SMALL)
        reader = _busiest(house)
        client = sign_in(app.test_client(), reader)
        few, quick, quick_late = _asked(house, client)
        _fill(house, seeds, size)
        many, slow, slow_late = _asked(house, client)
        yield Figure("workflow.inbox.statements", many, "1", few)
        yield Figure("workflow.inbox.milliseconds", round(slow, 1), "ms", round(quick, 1))
        yield Figure("workflow.inbox.p95", round(slow_late, 1), "ms", round(quick_late, 1))


def _actors(house: House) -> list[Actor]:
    with house.session(SYSTEM) as session:
        rows = session.execute(select(Account.login, Account.id, Account.person_id).where(Account.login.in_(ASKED_BY)))
        return [Actor(kind="person", name=login, account_id=key, person_id=person) for login, key, person in rows]


def _hand_in(house: House, actor: Actor) -> int:
    """A request on its way; the number of its run."""
    with house.session(actor, write=True) as session:
        kind = services.kind_named(session, f"{FORM}:seal_use")
        return services.hand_in(session, actor, kind, VALUES).id


def _handed_in(house: House) -> Iterable[Figure]:
    """Requests a second, beside the bare insert of what they wrote: the median of three turns of each, in turn."""
    actor = _actors(house)[0]
    for _turn in range(10):
        _hand_in(house, actor)
    before = _requests(house)
    last = _last(house)
    _hand_in(house, actor)
    rows = _since(house, last)
    turns = [(_ours(house, actor), _bare(house, rows)) for _turn in range(3)]
    ours, bare = (statistics.median(one[at] for one in turns) for at in (0, 1))
    if _requests(house) - before != 3 * 2 * HANDED_IN + 1:
        raise RuntimeError("a request was lost")
    yield Figure("workflow.handed_in.rows", sum(len(many) for many in rows.values()), "1")
    yield Figure("workflow.handed_in.per_second", round(HANDED_IN / ours), "1/s", round(HANDED_IN / bare))


def _ours(house: House, actor: Actor) -> float:
    """Seconds of handing requests in, one after the other."""
    began = time.perf_counter()
    for _turn in range(HANDED_IN):
        _hand_in(house, actor)
    return time.perf_counter() - began


def _requests(house: House) -> int:
    with house.session(SYSTEM) as session:
        return session.scalar(select(func.count()).select_from(Task)) or 0


def _last(house: House) -> dict[Table, int]:
    """The last number of each table whose rows are numbered."""
    numbered = [table for table in Base.metadata.sorted_tables if isinstance(table.c.get("id"), Column)]
    with house.session(SYSTEM) as session, system(session, "benchmark"):
        return {table: session.scalar(select(func.max(table.c.id))) or 0 for table in numbered}


def _since(house: House, last: dict[Table, int]) -> dict[Table, list[dict[str, Any]]]:
    """What was written since, by table."""
    with house.session(SYSTEM) as session, system(session, "benchmark"):
        found = {
            table: [dict(row) for row in session.execute(select(table).where(table.c.id > key)).mappings()]
            for table, key in last.items()
        }
    return {table: rows for table, rows in found.items() if rows}


def _bare(house: House, rows: dict[Table, list[dict[str, Any]]]) -> float:
    """Seconds of inserting the same rows as often, each time in a transaction of its own."""
    last = {table: key for table, key in _last(house).items() if table in rows}
    first = {table: min(one["id"] for one in many) for table, many in rows.items()}
    plain = house.database.engine.execution_options(**{WRITE: True, MIGRATION: True})
    began = time.perf_counter()
    for turn in range(HANDED_IN):
        with plain.begin() as connection:
            for table, many in rows.items():
                made = [_new(table, one, {other: last[other] + 1 + turn * len(rows[other]) - first[other]
                                          for other in rows}) for one in many]  # fmt: skip
                connection.execute(insert(table), made)
    took = time.perf_counter() - began
    _advance(house, list(rows))
    return took


def _advance(house: House, tables: Sequence[FromClause]) -> None:
    """Numbers given by hand are not given again by the server."""
    if house.database.is_sqlite:
        return
    with house.database.migration() as connection:
        for table in tables:
            highest = select(func.setval(func.pg_get_serial_sequence(str(table), "id"), func.max(table.c.id)))
            connection.execute(highest)


def _new(table: Table, row: dict[str, Any], further: dict[Table, int]) -> dict[str, Any]:
    """The same row so much further in the numbers of its table and of those it hangs on."""
    made = {**row, "id": row["id"] + further[table]}
    if table is Submission.__table__:
        made["number"] = f"B{made['id']}"
    if table in (Run.__table__, Task.__table__):
        made["resource_id"] += further[Base.metadata.tables[Submission.__tablename__]]
    for key in table.foreign_keys:
        if key.column.table in further and made[key.parent.name] is not None:
            made[key.parent.name] += further[key.column.table]
    return made


def _fill(house: House, seeds: list[int], size: int) -> None:
    """Copies of what is on its way until so many wait."""
    with house.session(SYSTEM) as session, system(session, "benchmark"):
        there = session.scalar(select(func.count()).select_from(Task).where(Task.state == OPEN)) or 0
        rows: dict[type[Any], list[dict[str, Any]]] = {}
        for model, key in ((Run, Run.id), (RunStep, RunStep.run_id), (Task, Task.run_id)):
            table = model.__table__
            found = session.execute(select(table).where(table.c[key.key].in_(seeds)).order_by(table.c.id))
            rows[model] = [dict(one) for one in found.mappings()]
        table = Submission.__table__
        wanted = [one["resource_id"] for one in rows[Run]]
        found = session.execute(select(table).where(table.c.id.in_(wanted)).order_by(table.c.id))
        rows[Submission] = [dict(one) for one in found.mappings()]
        most = max(session.scalar(select(func.max(model.id))) or 0 for model in MODELS) + 1
    for start in range(0, max(0, size - there), AT_A_TIME):
        numbers = range(start, min(start + AT_A_TIME, size - there))
        with house.session(SYSTEM, write=True) as session, system(session, "benchmark"):
            for one in MODELS:
                made = [_copy(one, rows[one][number % len(seeds)], most + number) for number in numbers]
                session.execute(insert(one), made)
    _advance(house, [model.__table__ for model in MODELS])
    with house.database.migration() as connection:
        connection.exec_driver_sql("ANALYZE")
    routes.refresh(house)


def _copy(model: type[Any], row: dict[str, Any], number: int) -> dict[str, Any]:
    """A row and all that hangs on it under one number."""
    made = {**row, "id": number}
    if model is Submission:
        made["number"] = f"C{number}"
    if model in (Run, Task):
        made["resource_id"] = number
    if model in (RunStep, Task):
        made["run_id"] = number
    if model is Task:
        made["step_id"] = number
    return made


def _busiest(house: House) -> str:
    """The account of whoever most of them wait for."""
    with house.session(SYSTEM) as session:
        waits = session.execute(
            select(Task.next_person_id, func.count()).where(Task.state == OPEN).group_by(Task.next_person_id)
        ).all()
        known = {one.login for one in story.ACCOUNTS}
        found = dict(session.execute(select(Account.person_id, Account.login).where(Account.login.in_(known))).all())
    return next(found[person] for person, _many in sorted(waits, key=lambda one: -one[1]) if person in found)


def _asked(house: House, client: FlaskClient) -> tuple[int, float, float]:
    """Statements of the inbox, and milliseconds: the median, and what 95 of a hundred take at most."""
    client.get("/tasks/")
    seconds, asked = [], 0
    for _turn in range(TURNS):
        with counting(house.database) as statements:
            started = time.perf_counter()
            answer = client.get("/tasks/")
            seconds.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"the inbox answers {answer.status}")
        asked = len(statements)
    return asked, statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
