"""Leave on pages and for programs, as a browser without a script and an access token use them; files of balances."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from attendance.actions import BALANCES, LEAVE_READ, LEAVE_REQUEST
from attendance.exchange import EXCHANGES
from attendance.models import LeaveEntry, LeaveRequest, WorkingLife
from attendance.services.leave import away, look
from attendance.services.leave.recording import record_leave
from attendance.services.month import close_month
from attendance.services.setup import record_absence
from core.app import create_app
from core.exchange.models import Import
from core.exchange.undo import undo
from core.identity import services as identity
from core.identity.models import Account
from core.kernel.house import House
from core.kernel.house import give as ask_all
from remit.base import DomainError, InputErrors, Month, Period
from remit.contracts import Ask
from remit.exchange import import_file
from remit.services import system
from remit.testing.statements import counting
from tests.attendance.conftest import SYSTEM, Company, hire
from tests.attendance.leave_company import company, left, lot_of
from tests.visitor import PASSWORD, sign_in, token

__all__ = ["company"]

FILE = """工号,假期类型,年度,剩余天数,有效期至,参加工作时间
1,年假,2025,3.5,2026-12-31,2014-03-01
1,annual,2026,10,,
2,年假,2026,5,,2020-01-01
"""
(LEAVE_FILE,) = EXCHANGES
SCOPES = [LEAVE_READ, LEAVE_REQUEST, BALANCES]


@pytest.fixture
def app(house: House, company: Company) -> Flask:
    with house.session(SYSTEM, write=True) as session:
        for login, number in (("dev", "1"), ("two", "2"), ("head", "H"), ("clerk", "C")):
            person = company[number].person_id
            identity.create_account(session, SYSTEM, login=login, name=login, password=PASSWORD, person_id=person)
        lot_of(session, company["1"], 1000, date(2026, 1, 1), date(2027, 4, 1))
    made = create_app(house=house)
    made.testing = True
    return made


@pytest.fixture
def dev(app: Flask) -> FlaskClient:
    return sign_in(app, "dev")


def posted(client: FlaskClient, **more: Any) -> Any:
    form = {
        "csrf_token": token(client.get("/attendance/leave/new")), "type": "annual", "first_day": "2026-12-07",
        "first_half": "1", "last_day": "2026-12-08", "last_half": "1", "reason": "回家", **more,
    }  # fmt: skip
    return client.post("/attendance/leave/new", data=form)


def test_leave_in_three_taps(app: Flask, dev: FlaskClient, house: House, company: Company) -> None:
    """The card on the home page, the form as it stands, done: tomorrow is asked for, and the head decides."""
    home = dev.get("/")
    assert "/attendance/leave/new" in home.text
    form = dev.get("/attendance/leave/new")
    assert "1 天" in form.text
    assert "10 → 9" in form.text
    assert form.text.count('value="2026-11-24"') == 2
    sent = dev.post("/attendance/leave/new", data={
        "csrf_token": token(form), "type": "annual", "first_day": "2026-11-24", "first_half": "1",
        "last_day": "2026-11-24", "last_half": "2",
    })  # fmt: skip
    assert sent.status_code == 303
    page = dev.get(sent.location)
    assert "待审批" in page.text
    head = sign_in(app, "head")
    task = re.search(r'/tasks/(\d+)"', page.text)
    assert task
    question = head.get(f"/tasks/{task.group(1)}")
    assert "10 天，批准后 9 天" in question.text
    seen = re.search(r'name="seen" value="([^"]+)"', question.text)
    assert seen
    head.post(f"/tasks/{task.group(1)}", data={"csrf_token": token(question), "seen": seen.group(1),
                                               "answer": "approve", "comment": ""})  # fmt: skip
    assert left(house, company["1"], "2026-11-24") == 900
    cancel = dev.get(sent.location)
    assert "/cancel" in cancel.text
    dev.post(f"{sent.location}/cancel", data={"csrf_token": token(cancel)})
    assert left(house, company["1"], "2026-11-24") == 1000
    assert "已销假" in dev.get("/attendance/leave").text


def test_the_count_follows_what_is_chosen(dev: FlaskClient) -> None:
    partial = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#count"}
    wanted = "type=annual&first_day=2026-12-04&first_half=2&last_day=2026-12-07&last_half=2"
    part = dev.get(f"/attendance/leave/new?{wanted}", headers=partial)
    assert "1.5 天" in part.text
    assert "<html" not in part.text
    too_much = dev.get("/attendance/leave/new?type=annual&first_day=2026-12-01&last_day=2026-12-31", headers=partial)
    assert "余额 10 天" in too_much.text
    for nonsense in ("type=x", "first_day=yesterday&last_half=9", "first_day=2026-12-09&last_day=2026-12-01"):
        assert dev.get(f"/attendance/leave/new?{nonsense}", headers=partial).status_code == 200


def test_a_refusal_stands_at_its_field_and_nothing_is_kept(dev: FlaskClient, house: House) -> None:
    answer = posted(dev, last_day="2026-12-31")
    assert answer.status_code == 422
    assert 'id="f-last_day-e"' in answer.text
    with house.session(SYSTEM) as session, system(session, "tests"):
        assert session.scalars(select(LeaveRequest)).all() == []


def test_a_draft_is_changed_handed_in_or_dropped(dev: FlaskClient, app: Flask) -> None:
    kept = posted(dev, draft="1").location
    assert "草稿" in dev.get(kept).text
    form = dev.get(f"{kept}/edit")
    assert "2026-12-08" in form.text
    dev.post(f"{kept}/edit", data={
        "csrf_token": token(form), "type": "personal", "first_day": "2026-12-07", "first_half": "1", "draft": "1",
        "last_day": "2026-12-07", "last_half": "1",
    })  # fmt: skip
    assert "0.5 天" in dev.get(kept).text
    assert sign_in(app, "two").get(kept).status_code == 404
    assert dev.post(f"{kept}/submit", data={"csrf_token": token(dev.get(kept))}).status_code == 303
    assert dev.post(f"{kept}/discard", data={"csrf_token": token(dev.get(kept))}).status_code != 303
    other = posted(dev, draft="1").location if posted(dev, draft="1").status_code == 303 else ""
    assert other == "" or dev.post(f"{other}/discard", data={"csrf_token": token(dev.get(other))}).status_code == 303


def test_hr_sees_balances_grants_a_year_and_corrects(app: Flask, dev: FlaskClient, company: Company) -> None:
    clerk = sign_in(app, "clerk")
    page = clerk.get("/attendance/balances")
    assert "员工2" in page.text
    assert "员工2" not in dev.get("/attendance/balances").text  # his own line alone
    assert "员工2" not in clerk.get("/attendance/balances?name=员工1").text
    granted = clerk.post("/attendance/balances/grant", data={"csrf_token": token(page), "year": "2026"},
                         follow_redirects=True)  # fmt: skip
    assert "4 名员工的参加工作日期未知" in granted.text
    wrong = clerk.post("/attendance/balances/grant", data={"csrf_token": token(page), "year": "1999"})
    assert wrong.status_code == 422
    own = clerk.get(f"/attendance/balances/{company['1'].id}")
    lot = re.search(r'<option value="(\d+)"', own.text)
    assert lot
    form = {"csrf_token": token(own), "lot_id": lot.group(1), "amount": "-2.5", "note": "多授了"}
    assert clerk.post(f"{own.request.path}/correct", data=form | {"note": ""}).status_code == 422
    assert clerk.post(f"{own.request.path}/correct", data=form | {"amount": "-20"}).status_code == 422
    assert clerk.post(f"{own.request.path}/correct", data=form).status_code == 303
    assert "多授了" in clerk.get(own.request.path).text
    assert clerk.get(f"/attendance/balances/{company['2'].id}").status_code == 200
    assert clerk.post(f"/attendance/balances/{company['2'].id}/correct", data=form).status_code == 404
    assert dev.get(f"/attendance/balances/{company['2'].id}").status_code == 404


def test_types_of_leave_are_kept_by_whom_the_list_names(app: Flask, dev: FlaskClient) -> None:
    """What was handed in keeps what it came to; whoever asks from now on meets the new rules."""
    assert dev.get("/attendance/leave/types").status_code == 403
    clerk = sign_in(app, "clerk")
    assert "年假" in clerk.get("/attendance/leave/types").text
    form = clerk.get("/attendance/leave/types/personal")
    told = {"csrf_token": token(form), "title.zh_CN": "无薪假", "title.en": "Unpaid leave", "evidence_from": "1",
            "carry_months": "0", "valid_from": "2000-01-01", "valid_to": ""}  # fmt: skip
    before = clerk.post("/attendance/leave/types/personal", data=told | {"valid_to": "1999-01-01"})
    assert before.status_code == 422
    sent = posted(dev, type="personal", first_day="2026-12-07", last_day="2026-12-07", last_half="1").location
    assert clerk.post("/attendance/leave/types/personal", data=told).status_code == 303
    assert "无薪假" in clerk.get("/attendance/leave/types").text
    assert "0.5 天" in dev.get(sent).text
    assert "整天" in posted(dev, type="personal", first_day="2026-12-09", last_day="2026-12-09").text
    assert clerk.get("/attendance/leave/types/none").status_code == 404


def test_colleagues_see_who_is_away_and_not_why(house: House, company: Company) -> None:
    """Whoever may see attendance knows leave from a trip; the others know that somebody is away."""
    with house.session(SYSTEM, write=True) as session:
        record_absence(session, SYSTEM, company["1"], "sick", Period(date(2026, 11, 23), date(2026, 11, 25)))
        record_absence(session, SYSTEM, company["2"], "trip", Period(date(2026, 11, 30), date(2026, 12, 2)))
    with house.session(SYSTEM) as session:
        month = away.away_month(session, SYSTEM, Month(2026, 11))
        rows = {row.name: row.days for unit in month.units for row in unit.rows}
    assert rows["员工1"] == {date(2026, 11, 23): "leave", date(2026, 11, 24): "leave"}
    assert rows["员工2"] == {date(2026, 11, 30): "trip"}
    assert (month.total, rows["员工H"]) == (4, {})


def test_hook_give_absences(house: House, company: Company) -> None:
    """One statement for many people: half days part at noon, days are those of the clock of the house."""
    with house.session(SYSTEM, write=True) as session:
        record_absence(session, SYSTEM, company["1"], "annual", Period(date(2026, 11, 23), date(2026, 11, 25)))
        half = record_absence(session, SYSTEM, company["1"], "sick", Period(date(2026, 11, 26), date(2026, 11, 27)))
        half.first_half = 2
        half = record_absence(session, SYSTEM, company["2"], "trip", Period(date(2026, 11, 26), date(2026, 11, 28)))
        half.last_half = 1
    ids = np.array(sorted(one.id for one in company.employments.values()), dtype=np.int64)
    ask = Ask(ids, Month(2026, 11).period, date(2026, 11, 23))
    with house.session(SYSTEM) as session:
        with counting(session) as count:
            (spans,) = ask_all(session, "give_absences", ask=ask)
        assert len(count) <= 3
        nobody = Ask(ids[:0], Month(2026, 11).period, date(2026, 11, 23))
        assert ask_all(session, "give_absences", ask=nobody) == []
        later = Ask(ids, Month(2027, 11).period, date(2026, 11, 23))
        assert ask_all(session, "give_absences", ask=later) == []
    midnight = int(datetime(2026, 11, 22, 16, tzinfo=UTC).timestamp()) // 60  # of the 23rd in Shanghai
    days = list(zip((spans.start - midnight) / 1440, (spans.end - midnight) / 1440, strict=True))
    assert days == [(0, 2), (3.5, 4), (3, 3.5), (4, 4.5)]
    assert spans.ids.tolist() == [company["1"].id] * 2 + [company["2"].id] * 2
    assert [spans.words[kind] for kind in spans.kinds.tolist()] == ["leave", "leave", "trip", "trip"]


def test_leave_that_hr_records_is_taken_from_the_balance(house: House, company: Company) -> None:
    with house.session(SYSTEM, write=True) as session:
        lot_of(session, company["1"], 300, date(2026, 1, 1), date(2027, 4, 1))
        record_leave(session, SYSTEM, company["1"], "annual", Period(date(2026, 12, 4), date(2026, 12, 8)))
        record_leave(session, SYSTEM, company["1"], "sick", Period(date(2026, 12, 14), date(2026, 12, 15)))
        with pytest.raises(DomainError, match="余额 1 天"), session.begin_nested():
            record_leave(session, SYSTEM, company["1"], "annual", Period(date(2026, 12, 21), date(2026, 12, 23)))
    assert left(house, company["1"], "2026-12-01") == 100


def test_half_a_day_without_pay_reaches_pay(
    house: House, company: Company, app: Flask, at_day: Callable[[str], None]
) -> None:
    """By the month that is closed, and by days for a pay period that is no calendar month."""
    client = sign_in(app, "dev")
    sent = posted(client, type="personal", first_day="2026-11-27", first_half="2", last_day="2026-11-30", last_half="1")
    head = sign_in(app, "head")
    task = re.search(r'/tasks/(\d+)"', client.get(sent.location).text)
    assert task
    question = head.get(f"/tasks/{task.group(1)}")
    seen = re.search(r'name="seen" value="([^"]+)"', question.text)
    assert seen
    head.post(f"/tasks/{task.group(1)}", data={"csrf_token": token(question), "seen": seen.group(1),
                                               "answer": "approve"})  # fmt: skip
    at_day("2026-12-02")
    with house.session(SYSTEM, write=True) as session:
        close_month(session, SYSTEM, Month(2026, 11))
    ids = np.array([company["1"].id], dtype=np.int64)
    for period, days, absent in (
        (Month(2026, 11).period, 100, 2000), (Period(date(2026, 11, 16), date(2026, 11, 28)), 50, 950),
    ):  # fmt: skip
        with house.session(SYSTEM) as session:
            (table,) = ask_all(session, "give_pay_inputs", strict=True, ask=Ask(ids, period, period.end))
        assert (table.columns["unpaid_days"].tolist(), table.columns["absent_days"].tolist()) == ([days], [absent])
        assert table.columns["worked_days"].tolist() == [0]


# -- files -----------------------------------------------------------------------------------------------------------


def bring(house: House, text: str, *, dry: bool = False) -> Any:
    return import_file(house, SYSTEM, LEAVE_FILE, text.encode(), name="假期余额.csv", dry=dry)


def test_balances_come_with_a_file(house: House, company: Company) -> None:
    assert bring(house, FILE, dry=True).counts["new"] == 3
    assert bring(house, FILE).state == "done"
    assert left(house, company["1"], "2026-11-23") == 1350
    assert left(house, company["1"], "2027-01-01") == 1000
    assert bring(house, FILE).state == "unchanged"
    other = bring(house, FILE.replace("annual,2026,10", "annual,2026,12.25").replace("2020-01-01", "2019-06-01"))
    assert (other.counts["changed"], other.counts["new"], other.counts["unchanged"]) == (2, 0, 1)
    assert left(house, company["1"], "2026-11-23") == 1575
    with house.session(SYSTEM) as session, system(session, "tests"):
        since = session.scalar(select(WorkingLife.since).where(WorkingLife.employment_id == company["2"].id))
        kinds = session.scalars(select(LeaveEntry.kind).order_by(LeaveEntry.id)).all()
    assert since == date(2019, 6, 1)
    assert kinds == ["carry_over", "opening", "opening", "correction"]


def test_every_bad_row_is_told_and_nothing_is_written(house: House, company: Company) -> None:
    bad = """工号,假期类型,年度,剩余天数,有效期至,参加工作时间
9,年假,2026,3,,
1,病假,2026,3,,
1,年假,2026,三天,,
2,年假,2026,5,2025-12-31,
"""
    with pytest.raises(InputErrors) as refused:
        bring(house, bad)
    assert sorted(one.row or 0 for one in refused.value.problems) == [2, 3, 4, 5]
    assert left(house, company["2"], "2026-11-23") == 0
    bring(house, FILE)
    with house.session(SYSTEM, write=True) as session:
        record_leave(session, SYSTEM, company["2"], "annual", Period(date(2026, 12, 7), date(2026, 12, 10)))
    with pytest.raises(InputErrors) as refused:
        bring(house, FILE.replace("2,年假,2026,5", "2,年假,2026,2"))
    assert "3 天" in str(refused.value.problems[0].message)


def test_what_stands_in_the_ledger_is_not_undone(house: House, company: Company) -> None:
    done = bring(house, FILE)
    with house.session(SYSTEM, write=True) as session:
        record = session.get_one(Import, done.import_id)
        with pytest.raises(DomainError) as refused:
            undo(session, SYSTEM, record)
        assert refused.value.code == "import.append_only"
    assert left(house, company["1"], "2026-11-23") == 1350


def test_balances_of_many_take_as_many_statements_as_of_one(house: House, company: Company) -> None:
    with house.session(SYSTEM, write=True) as session:
        more = [hire(session, company, f"M{at}", date(2020, 1, 1)) for at in range(30)]
        for one in more:
            lot_of(session, one, 500, date(2026, 1, 1), date(2027, 1, 1))
    with house.session(SYSTEM) as session:
        ids = [one.id for one in more]
        with counting(session) as few:
            look.balances_of(session, ids[:1], date(2026, 11, 23))
        with counting(session) as many:
            found = look.balances_of(session, ids, date(2026, 11, 23))
    assert len(few) == len(many) <= 4
    assert {view.left for views in found.values() for view in views} == {500}


# -- programs --------------------------------------------------------------------------------------------------------


def test_leave_for_programs(house: House, app: Flask, company: Company) -> None:
    """By tokens that cover these actions alone."""

    def program(login: str) -> Any:
        with house.session(SYSTEM, write=True) as session:
            account = session.scalars(select(Account).where(Account.login == login)).one()
            _row, text = identity.create_token(session, identity.actor_of(account), name="tests", scopes=SCOPES)
        head, client = {"Authorization": f"Bearer {text}", "Accept-Language": "en"}, app.test_client()
        root = "/api/v1/attendance"
        return lambda method, path, **more: client.open(root + path, method=method, headers=head, **more)

    dev, two = program("dev"), program("two")
    body = {"type": "annual", "first_day": "2026-12-07", "last_day": "2026-12-08", "last_half": 1}
    made = dev("POST", "/leave", json=body)
    assert made.status_code == 201, made.text
    assert (made.json["amount"], made.json["state"], made.json["gap"]) == (150, "draft", False)
    one = f"/leave/{made.json['id']}"
    assert dev("PUT", one, json=body | {"last_half": 2}).json["amount"] == 200
    sent = dev("POST", f"{one}/submit")
    assert (sent.json["state"], sent.json["task_id"] is not None) == ("submitted", True)
    assert dev("POST", f"{one}/cancel").status_code == 403
    assert [each["id"] for each in dev("GET", "/leave").json["items"]] == [made.json["id"]]
    balances = dev("GET", f"/balances/{company['1'].id}").json["balances"]
    assert balances == [{"type": "annual", "left": 1000, "granted": 1000, "waiting": 200, "lots": [
        {"year": 2026, "granted": 1000, "left": 1000, "last": "2027-03-31"}]}]  # fmt: skip
    refused = dev("POST", "/leave", json=body | {"type": "sabbatical"})
    assert (refused.status_code, refused.json["code"]) == (422, "attendance.leave_type")
    assert two("GET", one).status_code == 404
