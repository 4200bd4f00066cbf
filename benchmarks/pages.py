"""Statements and milliseconds of pages in the demo company grown to ``size`` people, beside the same with a hundred.

The month that is open is calculated for everybody before the pages are asked for. Milliseconds are of the whole request
inside one process, database included, the network not; the median of five after one to warm up.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterable

import numpy as np
from flask.testing import FlaskClient
from sqlalchemy import func, select

from benchmarks.company import hire
from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, demo
from core.app import create_app
from core.demo import story
from core.kernel import state
from core.kernel.house import House
from remit.models import Assignment, Employment, EmploymentTerms, Person
from remit.services import system
from remit.testing.statements import counting

SIZE = 100_000
SMALL = 100
TURNS = 5
#: Who opens what: the name of the figure, the account, the address.
PAGES = (
    ("home", "liuyang", "/"),
    ("home_of_payroll", "maxin", "/"),
    ("people", "wangfang", "/people"),
    ("people_search", "wangfang", "/people?q=E00"),
    ("org", "wangfang", "/org"),
    ("attendance_sheet", "maxin", "/attendance/sheet"),
    ("payroll_run", "maxin", "/payroll/runs/{run}"),
    ("payslips", "liuyang", "/payroll/payslips"),
)


def run(size: int, database_url: str) -> Iterable[Figure]:
    """Statements at ``size`` beside those at a hundred, and milliseconds beside those at a hundred."""
    small, large = _measured(SMALL, database_url), _measured(size, database_url)
    for name, (statements, seconds) in large.items():
        few, quick = small[name]
        yield Figure(f"pages.{name}.statements", statements, "1", few)
        yield Figure(f"pages.{name}.milliseconds", round(seconds * 1000, 1), "ms", round(quick * 1000, 1))


def _measured(size: int, url: str) -> dict[str, tuple[int, float]]:
    """Statements and seconds by page."""
    with demo(url) as house:
        run_id = _grow(house, size)
        app = create_app(house=house)
        found = {}
        for name, login, address in PAGES:
            client = sign_in(app.test_client(), login)
            found[name] = _asked(house, client, address.format(run=run_id))
        return found


def _grow(house: House, size: int) -> int:
    """Fill the company up to ``size`` people and calculate the open month; returns the run."""
    from payroll.services import run as runs
    from payroll.services import setup

    with house.session(SYSTEM, write=True) as session, system(session, "benchmark"):
        there = session.scalar(select(func.count(Employment.id))) or 0
        first = (session.scalar(select(func.max(Person.id))) or 0) + 1_000
        post = session.execute(
            select(Assignment.position_id, EmploymentTerms.legal_entity_id, EmploymentTerms.withholding_agent_id)
            .join(EmploymentTerms, EmploymentTerms.employment_id == Assignment.employment_id)
            .order_by(Assignment.id.desc())
        ).first()
        if post is None:
            raise RuntimeError("the demo company has no assignment")
        hire(
            session, np.arange(first, first + max(0, size - there), dtype=np.int64), position=post[0], entity=post[1],
            agent=post[2], components=setup.ensure_components(session),
        )  # fmt: skip
    _switch(house, on=False)
    with house.session(SYSTEM, write=True) as session:
        run_id = runs.calculate(session, SYSTEM, runs.open_run(session, SYSTEM, story.OPEN)).id
    _switch(house, on=True)
    return run_id


def _switch(house: House, *, on: bool) -> None:
    """Payroll waits for a closed month of attendance, and the demo's open month is not over."""
    with house.session(SYSTEM, write=True) as session:
        state.switch(session, SYSTEM, "attendance", on=on)


def sign_in(client: FlaskClient, login: str) -> FlaskClient:
    """Sign an account of the demo in; returns the client."""
    page = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    password = next(one.password for one in story.ACCOUNTS if one.login == login)
    answer = client.post(
        "/sign-in", data={"login": login, "password": password, "csrf_token": token[1] if token else ""}
    )
    if answer.status_code != 303:
        raise RuntimeError(f"{login} cannot sign in: {answer.status}")
    return client


def _asked(house: House, client: FlaskClient, address: str) -> tuple[int, float]:
    client.get(address)
    seconds, asked = [], 0
    for _turn in range(TURNS):
        with counting(house.database) as statements:
            started = time.perf_counter()
            answer = client.get(address)
            seconds.append(time.perf_counter() - started)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        asked = len(statements)
    return asked, statistics.median(seconds)
