"""What the caller of each hook gets from the sample plugin, through the caller that really asks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from attendance.models import Group, MonthState
from attendance.services.month import reopen_month
from core.access.calls import allowed, require, visible
from core.access.decision import Denied
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.period import Month
from core.calendar.services import load_calendar, sync_calendars
from core.cli.root import remit
from core.db.guard import UnguardedStatement, system
from core.db.types import Translation
from core.demo import build, story
from core.documents.kinds import kind_of
from core.documents.services import keeping
from core.events.deliverer import Deliverer
from core.events.models import Delivery, EventRow
from core.exchange.importing import import_file
from core.files.models import File
from core.files.service import put, read_file
from core.files.stores import store_of
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.jobs.queue import enqueue
from core.kernel import state
from core.kernel.house import House
from core.letters import register, templates
from core.letters.issuing import Request, issue
from core.letters.models import Letter
from core.live.hearing import may_hear
from core.live.models import LiveRow
from core.notify import inbox
from core.numbers import services as numbers
from core.numbers.services import number_for
from core.org.models import LegalEntity
from core.webhooks import endpoints, signing
from plugins.sample import services
from plugins.sample.events import NoticePinned
from plugins.sample.models import Notice
from plugins.sample.papers import TRIAL_VIRUS
from plugins.sample.telling import FILE
from remit import org, workflow
from tests.core.identity.conftest import Browser
from tests.core.letters import papers
from tests.hooks.board import notices, pin, switch
from tests.hooks.conftest import SYSTEM

Visit = Callable[[str], Browser]


# -- register ----------------------------------------------------------------------------------------------------------


def test_hook_register_actions(house: House, admin: Actor, lin: Actor) -> None:
    with house.session(admin) as session:
        assert require(session, admin, "sample.notice:pin").allowed
    with house.session(lin) as session, pytest.raises(Denied):
        require(session, lin, "sample.notice:pin")


def test_hook_register_resource_types(house: House, lin: Actor) -> None:
    pin(house, "Lift out of order")
    with house.session(lin) as session:
        with pytest.raises(UnguardedStatement):
            session.scalars(select(Notice)).all()
        seen = session.scalars(visible(session, lin, "sample.notice:read", select(Notice))).all()
        assert [one.text for one in seen] == ["Lift out of order"]


def test_hook_register_suggested_entries(house: House, lin: Actor) -> None:
    with house.session(lin) as session:
        assert allowed(session, lin, "sample.notice:read"), "suggested for everybody, so on the first list"
        assert not allowed(session, lin, "sample.notice:pin"), "suggested for personnel, so nobody's yet"


def test_hook_register_blueprints(house: House, visit: Visit) -> None:
    admin = visit("admin")
    assert admin.get("/sample/notices").status_code == 200
    assert admin.post("/sample/notices", code="n1", text="Lift out of order").status_code == 303
    assert "Lift out of order" in visit("lin").get("/sample/notices").text
    switch(house, "sample", on=False)
    assert admin.get("/sample/notices").status_code == 404


def test_hook_register_nav(house: House, visit: Visit) -> None:
    lin = visit("lin")
    assert 'href="/sample/notices"' in lin.get("/account").text.split("<nav", 1)[1].split("</nav>", 1)[0]
    switch(house, "sample", on=False)
    assert "/sample/notices" not in lin.get("/account").text


def test_hook_register_widgets(house: House, visit: Visit) -> None:
    lin = visit("lin")
    assert "Lift out of order" not in lin.get("/").text
    pin(house, "Lift out of order")
    assert "Lift out of order" in lin.get("/").text


def test_hook_register_slots(house: House, visit: Visit) -> None:
    lin = visit("lin")
    assert "What is on the board" in lin.get("/account").text
    switch(house, "sample", on=False)
    assert "What is on the board" not in lin.get("/account").text


def test_hook_register_task_kinds(house: House, admin: Actor, lin: Actor) -> None:
    pin(house, "Lift out of order")
    with house.session(lin, write=True) as session, system(session, "lin asks about a notice"):
        notice = session.scalars(select(Notice)).one()
        run = workflow.ask(session, lin, "sample.notice", notice)
        assert workflow.ask(session, lin, "sample.notice", notice).id == run.id, "put once while it is open"
        (task,) = workflow.open_tasks(session, run)
    with house.session(admin, write=True) as session:
        said = workflow.decide(session, admin, task.id, "refused", seen=task.digest, comment="It runs again")
        assert (said.state, said.decider_person_id) == ("refused", admin.person_id)
    with house.session(lin) as session:
        assert services.on_the_board(session, lin) == [], "it is off the board from today on"


def test_hook_register_jobs(house: House, admin: Actor) -> None:
    yesterday = clock.today() - timedelta(days=1)
    with house.session(SYSTEM, write=True) as session:
        services.pin(session, SYSTEM, code="old", text="Over", until=yesterday)
        services.pin(session, SYSTEM, code="new", text="Still true")
        job = enqueue(session, admin, "sample.tidy", {})
    Pool(house, threads=0).run_waiting()
    assert notices(house) == {"new": "Still true"}
    with house.session(SYSTEM) as session:
        done = session.get_one(JobRow, job.id)
        assert (done.state, done.result) == ("done", {"taken_down": 1})


def test_hook_register_incoming_webhooks(house: House, app: Flask, admin: Actor) -> None:
    with house.session(admin, write=True) as session:
        endpoint, secret = endpoints.create(session, admin, kind="sample.notices", name="Canteen")
    body = b'{"code": "n1", "text": "Lift out of order"}'
    headers = signing.headers("msg_1", int(clock.now().timestamp()), body, [secret])
    post = app.test_client().post
    assert post(f"/hooks/{endpoint.key}", data=body, headers=headers).status_code == 202
    Pool(house, threads=0).run_waiting()
    assert notices(house) == {"n1": "Lift out of order"}
    switch(house, "sample", on=False)
    assert post(f"/hooks/{endpoint.key}", data=body, headers=headers).status_code == 404


def test_hook_register_exchanges(house: House, admin: Actor, lin: Actor) -> None:
    exchange = next(one for one in house.registry.of("exchanges") if one.name == "notices")
    file = "编号,内容\nn1,食堂今天停电\nn2,体检改到周五\n".encode()
    with pytest.raises(Denied):
        import_file(house, lin, exchange, file, name="notices.csv")
    assert import_file(house, admin, exchange, file, name="notices.csv").ok
    assert notices(house) == {"n1": "食堂今天停电", "n2": "体检改到周五"}
    again = import_file(house, admin, exchange, file, name="notices.csv")
    assert (again.state, again.counts["unchanged"]) == ("unchanged", 2)


def test_hook_register_country(house: House) -> None:
    with house.session(SYSTEM, write=True) as session:
        sync_calendars(session, house.registry.countries(state.read(session)).values())
    with house.session(SYSTEM) as session:
        kinds = load_calendar(session, "XS").kinds(date(2026, 6, 30), date(2026, 7, 3))
    days = [str(kind) for kind in kinds]
    assert len(set(days)) == 2
    assert days[0] == days[2] != days[1], "a Tuesday, the holiday, a Thursday"


def test_hook_register_document_kinds(house: House, lin: Actor) -> None:
    """People have a kind that only exists while the plugin is on."""
    assert lin.person_id
    with house.session(SYSTEM, write=True) as session:
        person = keeping.thing(session, SYSTEM, "person", lin.person_id)
        kept = keeping.create(session, SYSTEM, kind_of(session, "board_pass"), person, expires_on=date(2030, 1, 1)).id
        assert keeping.find(session, SYSTEM, kept).kind == "board_pass"
    switch(house, "sample", on=False)
    with house.session(SYSTEM) as session, pytest.raises(NotFound):
        keeping.find(session, SYSTEM, kept)


def test_hook_register_commands(house: House, lin: Actor) -> None:
    pin(house, "Lift out of order")
    shown = CliRunner().invoke(remit, ["notices", "list", "--as", "lin", "--json"], obj=house)
    assert (shown.exit_code, json.loads(shown.stdout)) == (0, [{"code": "n1", "text": "Lift out of order"}])
    switch(house, "sample", on=False)
    refused = CliRunner().invoke(remit, ["notices", "list", "--as", "lin"], obj=house)
    assert refused.exit_code == 2
    assert "is off" in refused.output


def confirmed(house: House, actor: Actor) -> Letter:
    """A confirmation about Lin, issued."""
    with house.session(actor, write=True) as session:
        employment = org.employment_by_number(session, actor, "1")
        kind = house.registry.letters()["sample.confirmation"]
        return issue(session, actor, employment, kind, Request("en", "the archive"))


def test_hook_register_numbers(house: House, admin: Actor, lin: Actor) -> None:
    with house.session(admin, write=True) as session:
        found = {one.kind.name: one.example for one in numbers.kinds(session, admin)}
        assert found["sample.confirmation"] == f"A-C-{clock.today().year}-1"
        assert numbers.change(session, admin, "sample.confirmation", "C{number:03}").example == "C001"
    switch(house, "sample", on=False)
    with house.session(admin) as session:
        assert "sample.confirmation" not in {one.kind.name for one in numbers.kinds(session, admin)}
    assert lin.person_id


def test_hook_register_letters(house: House, admin: Actor, lin: Actor) -> None:
    pin(house, "Lift out of order")
    letter = confirmed(house, admin)
    assert (letter.kind, letter.person_id) == ("sample.confirmation", lin.person_id)
    with house.session(admin, write=True) as session:
        paper = register.pdf_of(session, admin, letter)
    assert "Lin has read the 1 notices on the board." in papers.text(paper)
    switch(house, "sample", on=False)
    with house.session(admin) as session:
        assert [kind.name for kind in templates.kinds(session)] == ["letters.employment"]


# -- choose, check, on -------------------------------------------------------------------------------------------------


def test_hook_choose_landing(house: House, app: Flask, lin: Actor) -> None:
    assert Browser(app.test_client()).sign_in("lin").location == "/"
    pin(house, "The building is closed", holds=True)
    assert Browser(app.test_client()).sign_in("lin").location == "/sample/notices"
    assert Browser(app.test_client()).sign_in("lin", back="/account").location == "/account"


def test_hook_choose_number(house: House, admin: Actor, lin: Actor) -> None:
    """The plugin's scheme counts for its own letters; the house numbers the others, and nothing twice."""
    pin(house, "Lift out of order")
    assert confirmed(house, admin).number == f"BOARD-{clock.today():%Y%m%d}-1"
    with pytest.raises(DomainError, match="There is a letter BOARD-"):
        confirmed(house, admin)
    with house.session(admin, write=True) as session:
        entity = session.scalars(select(LegalEntity.id)).one()
        assert number_for(session, admin, "letters.employment", entity, date(2026, 5, 5)) == "A-在证-2026-0001"
    assert lin.person_id


def test_hook_choose_file_store(house: House, tmp_path: Path) -> None:
    there = replace(house, config=replace(house.config, files_url=f"board://{tmp_path / 'shelf'}"))
    with there.session(SYSTEM, write=True) as session:
        file = put(session, SYSTEM, b"content", name="a.txt", kind="trial")
        assert (tmp_path / "shelf" / file.blob).is_file()
        assert read_file(session, file) == b"content"
    with replace(house, session_info={}).session(SYSTEM) as session, pytest.raises(DomainError) as refused:
        store_of(session, "ftp://nobody")
    assert refused.value.code == "file.store"


def test_hook_check_upload(house: House, tmp_path: Path) -> None:
    with house.session(SYSTEM, write=True) as session:
        with pytest.raises(DomainError) as refused:
            put(session, SYSTEM, b"before " + TRIAL_VIRUS, name="a.txt", kind="trial")
        assert refused.value.code == "sample.virus"
        assert put(session, SYSTEM, b"clean", name="b.txt", kind="trial").state == "ready"
        assert session.scalars(select(File.name)).all() == ["b.txt"]
    assert len([one for one in (tmp_path / "files").rglob("*") if one.is_file()]) == 1
    switch(house, "sample", on=False)
    with house.session(SYSTEM, write=True) as session:
        assert put(session, SYSTEM, TRIAL_VIRUS, name="a.txt", kind="trial").state == "ready"


def closed_month(house: House) -> None:
    """September is closed."""
    with house.session(SYSTEM, write=True) as session, system(session, "a closed month"):
        group = Group(code="all", title=Translation(zh_CN="全员", en="All"), zone="Asia/Shanghai")
        session.add(group)
        session.flush()
        session.add(MonthState(month=Month(2026, 9).number, group_id=group.id, state="closed"))


def test_hook_register_events(house: House) -> None:
    assert house.registry.events()["sample.notice_pinned"] is NoticePinned
    pin(house, "Lift out of order")
    with house.session(SYSTEM) as session:
        told = session.scalars(select(EventRow)).one()
        assert (told.name, told.payload["code"]) == ("sample.notice_pinned", "n1")


def test_hook_register_handlers(house: House, admin: Actor) -> None:
    """A notice hangs once the month was reopened, not before; the second time takes the place of the first."""
    closed_month(house)
    with house.session(admin, write=True) as session:
        reopen_month(session, admin, Month(2026, 9), reason="a punch is missing")
    assert notices(house) == {}
    Deliverer(house).run_waiting()
    assert list(notices(house)) == ["reopened-2026-09"]
    switch(house, "sample", on=False)
    with house.session(SYSTEM, write=True) as session, system(session, "closed again"):
        session.scalars(select(MonthState)).one().state = "closed"
    with house.session(admin, write=True) as session:
        reopen_month(session, admin, Month(2026, 9), reason="another one")
    Deliverer(house).run_waiting()
    with house.session(SYSTEM) as session:
        mine = select(Delivery.state).where(Delivery.handler == "sample.month_reopened")
        assert session.scalars(mine).all() == ["done"], "the first time; while it is off nothing is kept for it"


def test_hook_register_notifications(house: House, lin: Actor) -> None:
    """Everybody who works here is told of a new notice; nobody while the plugin is off."""
    pin(house, "Lift out of order")
    Deliverer(house).run_waiting()
    with house.session(SYSTEM) as session:
        told = inbox.items(session, lin)
        assert [str(one.row.title) for one in told] == ["A new notice hangs on the board: n1"]
        assert told[0].row.link == "/sample/notices"
    switch(house, "sample", on=False)
    pin(house, "Lift works again", code="n2")
    Deliverer(house).run_waiting()
    with house.session(SYSTEM) as session:
        assert len(inbox.items(session, lin)) == 1


def test_hook_register_channels(house: House, lin: Actor) -> None:
    """The plugin's own way is taken as mail is, by a job after the commit."""
    screen = house.config.instance / FILE
    pin(house, "Lift out of order")
    Deliverer(house).run_waiting()
    assert not screen.exists()
    Pool(house, threads=0).run_waiting()
    assert screen.read_text(encoding="utf-8") == "Lin: A new notice hangs on the board: n1\n"


def test_hook_register_topics(house: House, admin: Actor) -> None:
    """Who reads the board hears that a notice was pinned, and not what it says."""
    pin(house, "Lift out of order")
    with house.session(SYSTEM) as session:
        told = session.scalars(select(LiveRow)).one()
        assert (told.topic, told.key, told.data) == ("board", "", {})
    board = {("board", "")}
    assert may_hear(house, admin, [*board, ("board", "7")]) == board
    assert may_hear(house, Actor.anonymous(), board) == frozenset()
    switch(house, "sample", on=False)
    assert may_hear(house, admin, board) == frozenset()


def test_hook_check_change(house: House, admin: Actor) -> None:
    closed_month(house)
    pin(house, "Auditors are here", holds=True)
    with house.session(admin, write=True) as session, pytest.raises(DomainError) as refused:
        reopen_month(session, admin, Month(2026, 9), reason="a punch is missing")
    assert refused.value.code == "sample.held"
    assert "Auditors are here" in str(refused.value)
    switch(house, "sample", on=False)
    with house.session(admin, write=True) as session:
        assert reopen_month(session, admin, Month(2026, 9), reason="a punch is missing") == ["all"]


def test_hook_on_module_switched(house: House) -> None:
    switch(house, "attendance", on=False)
    assert list(notices(house)) == ["module-attendance"]
    switch(house, "attendance", on=True)
    assert notices(house) == {}


# -- give --------------------------------------------------------------------------------------------------------------



def test_hook_give_demo(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIT_DEMO_DATE", str(story.TODAY))
    switch(house, "attendance", on=False)
    build.build(house, lambda *_: None)
    count = len(story.table("people"))
    assert notices(house)["welcome"] == f"欢迎来到灵客，我们现在有 {count} 人。"
