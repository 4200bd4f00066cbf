"""A draft is put to whoever may decide that it is published: what he reads, what stays, what his answer does."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core.access.decision import Denied
from core.app import create_app
from core.authority.document import parse
from core.authority.lifecycle import drafts
from core.authority.lifecycle.models import ListDraftRow
from core.authority.models import PublishedList
from core.authority.publish import publish
from core.base.errors import DomainError
from core.identity import services
from core.workflow import tasks
from core.workflow.lists import asking
from core.workflow.models import Task
from tests.core.authority.company import LIST, SYSTEM, Company
from tests.core.authority.test_pages import quick_hashes, read
from tests.core.identity.conftest import PASSWORD, Browser

__all__ = ["quick_hashes"]

PATH = "/authority/drafts"
KEEPERS = """
list: FIN
version: 1
effective_from: "2026-01-01"
positions:
  CEO:
    authority:
      L: {can: "authority.list:import", in: all, title: T}
      M: {can: "authority.list:escalate", in: all, title: T}
      N: {can: "person.record:read", in: all, title: T}
      P: {can: "authority.list:publish", in: all, title: T}
  MD:
    authority:
      L: {can: "authority.list:import", in: all, title: T}
      M: {can: "authority.list:escalate", in: all, title: T}
      P: {can: "authority.list:publish", in: all, title: T}
"""
#: The next version: the head of the group may approve twice as much, and does something besides.
NEXT = (
    LIST.replace("version: 17", "version: 18").replace("2025-01-01", "2026-04-01")
    .replace("up_to: 10000.00 CNY", "up_to: 20000.00 CNY")
    .replace("D1: {text: {zh: 投放策略, en: Strategy}, raci: A}",
             "D1: {text: {zh: 投放策略, en: Strategy}, raci: A}, D2: {text: {zh: 复盘, en: Reviews}}")
)  # fmt: skip


@pytest.fixture
def work(company: Company) -> Iterator[Session]:
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(KEEPERS))
        session.commit()
        yield session


def keep(session: Session, company: Company, text: str = NEXT) -> ListDraftRow:
    row = drafts.keep(session, company.actor("zhao"), parse(text))
    session.commit()
    return row


def asked(session: Session, company: Company, row: ListDraftRow) -> Task:
    run = asking.ask(session, company.actor("zhao"), row, "SALES has nobody to ask")
    session.commit()
    (task,) = tasks.open_tasks(session, run)
    return task


def versions(session: Session) -> list[tuple[int, int | None]]:
    rows = session.scalars(select(PublishedList).where(PublishedList.version == 18))
    return [(one.version, one.published_by_person_id) for one in rows]


def test_whoever_decides_reads_what_changes_and_publishes_it_once(company: Company, work: Session) -> None:
    row = keep(work, company)
    task = asked(work, company, row)
    li, zhao = company.actor("li"), company.actor("zhao")
    assert (row.state, task.next_person_id) == ("asked", li.person_id), "not whoever asks"
    one = asking.last(work, row.id)
    assert one is not None
    told = {str(name): str(value) for name, value in asking.lines(work, one)}
    assert "up_to: 10000.00 CNY → 20000.00 CNY" in told["ACQ-H.A1"]
    assert told["ACQ-H.D2"] == "new: Reviews"
    assert told["Concerns"] == "1 person"
    assert told["Published all the same because"] == "SALES has nobody to ask"
    with pytest.raises(Denied) as refused:
        tasks.answer(work, zhao, task.id, "approved", seen=task.digest)
    assert refused.value.decision.code == "SOD_SELF"
    work.rollback()
    tasks.answer(work, li, task.id, "approved", seen=task.digest)
    work.commit()
    assert (row.state, one.state, row.reason) == ("published", "approved", "SALES has nobody to ask")
    assert versions(work) == [(18, li.person_id)]
    assert one.list_id == row.list_id
    with pytest.raises(DomainError):
        tasks.answer(work, li, task.id, "approved", seen=task.digest)
    assert versions(work) == [(18, li.person_id)]


def test_while_it_is_asked_a_draft_stays_as_it_is(company: Company, work: Session) -> None:
    """Neither changed, nor given up, nor published past whoever is asked; another of the version is not kept."""
    row, zhao = keep(work, company), company.actor("zhao")
    task = asked(work, company, row)
    for what in (
        lambda: drafts.change(work, zhao, row, parse(NEXT.replace("20000", "90000"))),
        lambda: drafts.withdraw(work, zhao, row), lambda: drafts.release(work, zhao, row, "now"),
        lambda: drafts.consult(work, zhao, row), lambda: asking.ask(work, zhao, row, "again"),
        lambda: drafts.keep(work, zhao, parse(NEXT)),
    ):  # fmt: skip
        with pytest.raises(DomainError) as refused:
            what()
        assert refused.value.code == "list.draft"
        work.rollback()
    tasks.withdraw(work, zhao, task.id)
    work.commit()
    assert row.state == "draft"
    drafts.change(work, zhao, row, parse(NEXT.replace("20000", "15000")))
    work.commit()
    again = asked(work, company, row)
    assert again.run_id != task.run_id
    assert again.digest != task.digest


def test_sent_back_it_is_changed_and_asked_in_another_round(company: Company, work: Session) -> None:
    row, zhao, li = keep(work, company), company.actor("zhao"), company.actor("li")
    task = asked(work, company, row)
    tasks.send_back(work, li, task.id, seen=task.digest, comment="Too much at once")
    work.commit()
    assert row.state == "draft"
    drafts.change(work, zhao, row, parse(NEXT.replace("20000", "15000")))
    work.commit()
    again = asked(work, company, row)
    assert again.run_id == task.run_id
    tasks.answer(work, li, again.id, "approved", seen=again.digest)
    work.commit()
    assert versions(work) == [(18, li.person_id)]


def test_refused_it_is_a_draft_again(company: Company, work: Session) -> None:
    row, li = keep(work, company), company.actor("li")
    task = asked(work, company, row)
    tasks.answer(work, li, task.id, "refused", seen=task.digest, comment="No")
    work.commit()
    assert (row.state, versions(work)) == ("draft", [])


def test_nobody_publishes_by_an_answer_what_widens_his_own_authority(company: Company, work: Session) -> None:
    """The rules of publishing hold for whoever decides; nothing is written, and it is asked as before."""
    row = keep(work, company, NEXT.replace("up_to: 100000.00 CNY", "up_to: 200000.00 CNY"))
    task = asked(work, company, row)
    with pytest.raises(Denied) as refused:
        tasks.answer(work, company.actor("li"), task.id, "approved", seen=task.digest)
    assert refused.value.decision.code == "OWN_BENEFIT"
    work.rollback()
    assert (row.state, versions(work)) == ("asked", [])
    work.refresh(task)
    assert task.state == "open"


def test_what_is_wrong_or_not_agreed_to_is_not_asked(company: Company, work: Session) -> None:
    zhao = company.actor("zhao")
    row = keep(work, company)
    with pytest.raises(DomainError) as refused:
        asking.ask(work, zhao, row, " ")
    assert (refused.value.code, refused.value.field) == ("list.consultation", "reason")
    work.rollback()
    drafts.change(work, zhao, row, parse(
        NEXT + 'tests:\n  - {list: "authority.list:read", as: ACQ-S, expect_units: [MKT]}\n'))  # fmt: skip
    work.commit()
    with pytest.raises(DomainError) as refused:
        asking.ask(work, zhao, row, "now")
    assert refused.value.code == "list.draft"
    with pytest.raises(Denied):
        asking.ask(work, company.actor("wang"), row, "now")


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def app(company: Company) -> Flask:
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(KEEPERS))
        for login in ("zhao", "li"):
            services.create_account(session, SYSTEM, login=login, name=login.title(), password=PASSWORD, locale="en",
                                    person_id=company.people[login].person_id)  # fmt: skip
    return create_app(house=company.house)


def come(app: Flask, login: str) -> Browser:
    browser = Browser(app.test_client())
    assert browser.sign_in(login).status_code == 303
    return browser


def send(browser: Browser, path: str, text: str) -> TestResponse:
    browser.get(path)
    return browser.client.post(path, content_type="multipart/form-data", data={
        "csrf_token": browser.token, "file": (io.BytesIO(text.encode()), "next.yaml"),
    })  # fmt: skip


def test_from_the_page_of_the_draft_to_the_task_and_back(app: Flask, company: Company) -> None:
    zhao, li = come(app, "zhao"), come(app, "li")
    assert send(zhao, f"{PATH}/new", NEXT).status_code == 303
    page = read(zhao, f"{PATH}/1")
    for words in ("Ask for publication", "Who would decide", "Post MD", "Publish it yourself"):
        assert words in page, words
    zhao.get(f"{PATH}/1")
    assert zhao.post(f"{PATH}/1/ask", why=" ").status_code == 303
    assert "did not agree" in read(zhao, f"{PATH}/1")
    zhao.get(f"{PATH}/1")
    assert zhao.post(f"{PATH}/1/ask", why="SALES has nobody to ask").status_code == 303
    page = read(zhao, f"{PATH}/1")
    assert "Publication is asked" in page
    assert "Its way" in page
    for gone in ("Publish it yourself", "Give up", "Ask for publication"):
        assert gone not in page, gone
    with company.house.session(SYSTEM) as session:
        task_id, digest = session.execute(select(Task.id, Task.digest)).one()
    assert "10000.00 CNY → 20000.00 CNY" in read(li, f"/tasks/{task_id}")
    li.get(f"/tasks/{task_id}")
    assert li.post(f"/tasks/{task_id}", answer="approve", seen=digest, comment="").status_code == 303
    assert "Published" in read(zhao, f"{PATH}/1")
