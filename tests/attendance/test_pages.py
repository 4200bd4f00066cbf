"""The pages as a browser without a script uses them: what they show, what they refuse, how few statements they need."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from attendance.services.importing import import_punches
from core.app import create_app
from core.authority import publish
from core.identity import services as identity
from core.kernel.house import House
from tests.attendance.conftest import SYSTEM, attlog, hire, make_company
from tests.visitor import PASSWORD, sign_in, token


@pytest.fixture
def app(house: House) -> Flask:
    with house.session(SYSTEM, write=True) as session:
        company = make_company(session, ["LK001", "LK002"])
        hire(session, company, "LK003", date(2026, 11, 2))
        boss = identity.create_account(session, SYSTEM, login="boss", name="Boss", password=PASSWORD)
        person = company["LK001"].person_id
        identity.create_account(session, SYSTEM, login="one", name="One", password=PASSWORD, person_id=person)
        publish.bootstrap(session, boss.id, date(2026, 1, 1), house.registry.suggested_entries())
        lines = [("1", f"2026-10-{day:02d} {at}") for day in range(8, 31) for at in ("08:55:00", "18:40:00")]
        import_punches(session, SYSTEM, attlog(*lines, ("1", "2026-11-23 08:51:00")), name="x.dat")
    made = create_app(house=house)
    made.testing = True
    return made


@pytest.fixture
def boss(app: Flask) -> FlaskClient:
    return sign_in(app, "boss")


@pytest.fixture
def one(app: Flask) -> FlaskClient:
    return sign_in(app, "one")


def test_my_month_and_day(one: FlaskClient) -> None:
    month = one.get("/attendance/mine/2026-10")
    assert month.status_code == 200
    assert "08:55–18:40" in month.text
    assert "未封账" in month.text or "开放" in month.text or "hr-chip" in month.text
    day = one.get("/attendance/mine/2026-10-12")
    assert "08:55:00" in day.text
    assert one.get("/attendance/mine").status_code == 200
    assert one.get("/attendance/mine/2025-10").status_code == 200
    assert one.get("/attendance/mine/2025-10-01").status_code == 404


def test_without_authority_there_is_no_sheet_and_no_import(one: FlaskClient, boss: FlaskClient) -> None:
    assert "LK002" not in one.get("/attendance/sheet/2026-10").text
    assert one.get("/attendance/import").status_code == 403
    page = one.get("/attendance/sheet/2026-10")
    closing = one.post("/attendance/sheet/2026-10/close", data={"csrf_token": token(one.get("/attendance/mine"))})
    assert page.status_code == 200  # his own line
    assert closing.status_code == 403


def test_the_sheet_closes_and_reopens(boss: FlaskClient) -> None:
    sheet = boss.get("/attendance/sheet/2026-10")
    assert "LK001" in sheet.text
    assert "LK003" not in sheet.text
    done = boss.post("/attendance/sheet/2026-10/close", data={"csrf_token": token(sheet)})
    assert done.status_code == 303
    closed = boss.get("/attendance/sheet/2026-10")
    assert "已封账" in closed.text
    form = {"csrf_token": token(closed), "reason": ""}
    refused = boss.post("/attendance/sheet/2026-10/reopen", data=form)
    assert refused.status_code == 422
    assert boss.post("/attendance/sheet/2026-10/reopen", data=form | {"reason": "补卡"}).status_code == 303
    assert "补卡" in boss.get("/attendance/sheet/2026-10").text


def test_a_month_that_is_not_over_says_so(boss: FlaskClient) -> None:
    sheet = boss.get("/attendance/sheet")
    answer = boss.post("/attendance/sheet/2026-11/close", data={"csrf_token": token(sheet)}, follow_redirects=True)
    assert "2026 年 11 月尚未结束" in answer.text


def test_the_sheet_finds_people(boss: FlaskClient) -> None:
    found = boss.get("/attendance/sheet/2026-11?name=LK003")
    assert "LK003" in found.text
    assert "LK001" not in found.text
    assert boss.get("/attendance/sheet/2026-11?page=zero").status_code == 200
    nobody = boss.get("/attendance/sheet/2026-11?name=zzz")
    assert nobody.status_code == 200


def test_one_person_s_month(boss: FlaskClient, one: FlaskClient, house: House) -> None:
    link = re.search(r"/attendance/sheet/people/(\d+)/2026-10", boss.get("/attendance/sheet/2026-10").text)
    assert link
    assert "08:55–18:40" in boss.get(link.group(0)).text
    assert "18:40:00" in boss.get(f"{link.group(0)}-12").text
    assert boss.get(link.group(0).replace("2026-10", "2025-10-12")).status_code == 404
    other = boss.get("/attendance/sheet/2026-10?name=LK002").text
    second = re.search(r"/attendance/sheet/people/(\d+)/2026-10", other)
    assert second
    assert one.get(second.group(0)).status_code == 404


def upload(client: FlaskClient, data: bytes, name: str = "1_attlog.dat") -> TestResponse:
    form = {"csrf_token": token(client.get("/attendance/import")), "file": (BytesIO(data), name)}
    return client.post("/attendance/import", data=form, content_type="multipart/form-data")


def test_import_shows_a_report_before_it_writes(boss: FlaskClient) -> None:
    data = attlog((2, "2026-10-12 08:55:00"), (99, "2026-10-12 08:55:00"), (1, "1971-01-01 00:00:00"))
    report = upload(boss, data)
    assert report.status_code == 200
    assert "没有员工使用这个工号" in report.text
    target = re.search(r'action="(/attendance/import/\d+)"', report.text)
    assert target
    assert "08:55" not in boss.get("/attendance/sheet/people/2/2026-10").text
    done = boss.post(target.group(1), data={"csrf_token": token(report)})
    assert done.status_code == 303
    delivery = boss.get(done.headers["Location"])
    assert "1971" in delivery.text
    assert "1_attlog.dat" in boss.get("/attendance/import").text
    assert boss.post(target.group(1), data={"csrf_token": token(report)}).status_code == 404  # it was used up
    assert "disabled" in upload(boss, data).text


def test_import_without_or_with_a_useless_file(boss: FlaskClient) -> None:
    form = {"csrf_token": token(boss.get("/attendance/import"))}
    assert boss.post("/attendance/import", data=form, content_type="multipart/form-data").status_code == 422
    assert upload(boss, b"PK\x03\x04 broken", "x.xlsx").status_code == 422


def test_few_statements(boss: FlaskClient, house: House, count_statements: Callable[..., Any]) -> None:
    """At most ten statements a page beside those of the frame, whatever the number of people."""
    for path in ("/attendance/sheet/2026-10", "/attendance/mine/2026-10", "/attendance/import"):
        boss.get(path)
        with count_statements(house.database) as found:
            assert boss.get(path).status_code == 200
        assert len(found) <= 13, '\n'.join(one[:110].replace(chr(10), ' ') for one in found)
