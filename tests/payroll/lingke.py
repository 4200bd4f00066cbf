"""The demo company for tests of payroll: its app, its people, its runs and payslips."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.demo import story
from core.identity.models import Account
from core.kernel import state
from core.kernel.house import House
from payroll.models import PayPeriod, Slip
from payroll.services import run as runs
from remit.base import Actor, Month
from remit.models import Person
from remit.services import system
from tests.demo_company import living_in
from tests.payroll.conftest import SYSTEM
from tests.visitor import Visitor, visitor

Visit = Callable[[str], Visitor]


@pytest.fixture(scope="module")
def demo(lingke: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo company on its own day, for this file alone."""
    with living_in(lingke, Path(tmp_path_factory.mktemp("payroll-demo")), story.LINGKE) as app:
        yield app


@pytest.fixture
def demo_house(demo: Flask) -> House:
    """The house the demo app serves."""
    made: House = demo.extensions["remit"].house
    return made


@pytest.fixture
def visit(demo: Flask) -> Visit:
    """Sign an account of the demo in."""

    def come(login: str) -> Visitor:
        return visitor(demo, login, next(one for one in story.ACCOUNTS if one.login == login).password)

    return come


@contextmanager
def off(house: House, name: str) -> Iterator[None]:
    """A module is off inside the block."""
    with house.session(SYSTEM, write=True) as session:
        state.switch(session, SYSTEM, name, on=False)
    try:
        yield
    finally:
        with house.session(SYSTEM, write=True) as session:
            state.switch(session, SYSTEM, name, on=True)


def actor_of(session: Any, login: str) -> Actor:
    """An account of the story as an actor."""
    account = session.scalars(select(Account).where(Account.login == login)).one()
    name = session.get_one(Person, account.person_id).name
    return Actor(account_id=account.id, person_id=account.person_id, kind="person", name=name)


def run_id(house: House, month: str) -> int:
    with house.session(SYSTEM) as session:
        return runs.run_of(session, SYSTEM, Month.parse(month)).id


def slip_of(house: House, login: str, month: str = "2026-10") -> tuple[int, int]:
    """Id and net pay of an account's slip."""
    with house.session(SYSTEM) as session, system(session, "tests"):
        person = session.scalars(select(Account.person_id).where(Account.login == login)).one()
        slip = session.scalars(
            select(Slip).join(PayPeriod, PayPeriod.id == Slip.pay_period_id)
            .where(Slip.person_id == person, PayPeriod.work_month == Month.parse(month).number)
        ).one()  # fmt: skip
        return slip.id, slip.net


def without_tags(markup: str) -> str:
    return re.sub(r"<[^>]+>", " ", markup)
