"""Overtime, corrections, punches, rules and types of leave on pages and for programs; the example of the handbook."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIServer, make_server

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from attendance.actions import CORRECTION, CORRECTION_READ, CORRECTION_REQUEST, OVERTIME_READ, OVERTIME_REQUEST, PUNCH
from attendance.models import Group, Place
from attendance.services.leave.types import all_types
from core.app import create_app
from core.authority.document import parse
from core.authority.publish import publish
from core.identity import services as identity
from core.identity.models import Account
from core.kernel.house import House
from remit.base import Actor
from remit.services import system
from tests.attendance.asking_company import asking, corrected, decided, overtime_of, punched, punches, settings
from tests.attendance.conftest import SYSTEM, Company
from tests.attendance.leave_company import clerk, company, dev, head
from tests.visitor import PASSWORD, sign_in, token

__all__ = ["asking", "clerk", "company", "dev", "head"]

PAGE = Path(__file__).parents[2] / "docs/howto/overtime.md"
#: What the clerk needs beside: rules and types of leave are about the whole installation.
WHOLE = """
list: "-"
version: 9
effective_from: "2020-04-01"
everybody:
  authority:
    E1: {can: "attendance.leave_type:change", in: all, title: {zh: 假期, en: Leave}}
    E2: {can: "attendance.rules:change", in: all, title: {zh: 规则, en: Rules}}
"""


@pytest.fixture
def app(house: House, asking: Company) -> Flask:
    with house.session(SYSTEM, write=True) as session:
        for login, number in (("dev", "1"), ("head", "H"), ("clerk", "C")):
            person = asking[number].person_id
            identity.create_account(session, SYSTEM, login=login, name=login, password=PASSWORD, person_id=person)
    made = create_app(house=house)
    made.testing = True
    return made


@pytest.fixture
def web(app: Flask) -> FlaskClient:
    return sign_in(app, "dev")


@pytest.fixture
def keeper(app: Flask, house: House) -> FlaskClient:
    """Whoever keeps rules and types."""
    with house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(WHOLE))
    return sign_in(app, "clerk")


def posted(client: FlaskClient, path: str, form: str = "", **values: Any) -> Any:
    return client.post(path, data={"csrf_token": token(client.get(form or path)), **values})


LATE = {"day": "2026-11-24", "starts": "18:00", "ends": "20:00", "compensation": "pay", "reason": "上线"}


def test_overtime_from_the_form_to_the_table(app: Flask, web: FlaskClient, house: House) -> None:
    partial = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#count"}
    part = web.get("/attendance/overtime/new?day=2026-09-30&starts=20:00&ends=02:00", headers=partial)
    assert "6 小时" in part.text
    assert "法定节假日加班" in part.text
    assert "<html" not in part.text
    lieu = web.get("/attendance/overtime/new?day=2026-11-24&compensation=in_lieu", headers=partial)
    assert "劳动法 第四十一条、第四十四条" in lieu.text
    for nonsense in ("day=x", "starts=25:00", "compensation=gold"):
        assert web.get(f"/attendance/overtime/new?{nonsense}", headers=partial).status_code == 200
    wrong = posted(web, "/attendance/overtime/new", **{**LATE, "starts": "17:00"})
    assert wrong.status_code == 422
    assert "班次之内" in wrong.text
    sent = posted(web, "/attendance/overtime/new", **LATE)
    assert sent.status_code == 303
    assert "待审批" in web.get(sent.location).text
    assert "2 小时" in web.get("/attendance/overtime").text
    boss = sign_in(app, "head")
    assert "上线" in boss.get(sent.location).text
    month = boss.get("/attendance/overtime/list/2026-11")
    assert "员工1" in month.text
    assert ".csv" not in month.text
    assert boss.get("/attendance/overtime/list/2026-11.csv").status_code == 403
    desk = sign_in(app, "clerk")
    assert "2026-11.csv" in desk.get("/attendance/overtime/list/2026-11").text
    table = desk.get("/attendance/overtime/list/2026-11.csv")
    lines = table.data.decode("utf-8-sig").split("\r\n")
    assert lines[1].startswith("1,员工1,2026-11-24,")
    assert lines[1].endswith(",120,0,0,加班费,,待审批")
    assert "员工1" not in desk.get("/attendance/overtime/list/2026-10").text


def test_a_draft_is_changed_handed_in_or_dropped(web: FlaskClient, house: House) -> None:
    draft = posted(web, "/attendance/overtime/new", draft="1", **LATE).location
    changed = posted(web, f"{draft}/edit", **{**LATE, "ends": "19:30", "draft": "1"})
    assert changed.status_code == 303
    assert overtime_of(house, int(draft.rsplit("/", 1)[1])).minutes == 90
    assert posted(web, f"{draft}/discard", draft).status_code == 303
    other = posted(web, "/attendance/overtime/new", draft="1", **LATE).location
    assert posted(web, f"{other}/submit", other).status_code == 303
    assert "待审批" in web.get(other).text


def test_a_missing_punch_leads_from_its_day_to_the_form(web: FlaskClient, app: Flask, house: House) -> None:
    """The link stands where something is missing, and the form begins with the end of the shift."""
    punched(house, (1, "2026-11-19 08:57:00"), (1, "2026-11-18 08:50:00"), (1, "2026-11-18 18:10:00"))
    day = web.get("/attendance/mine/2026-11-19")
    link = "/attendance/corrections/new?day=2026-11-19"
    assert link in day.text
    assert "corrections/new" not in web.get("/attendance/mine/2026-11-18").text
    form = web.get(link)
    assert re.search(r'value="18:00"[^>]*name="time"|name="time"[^>]*value="18:00"', form.text)
    assert re.search(r'value="out" checked', form.text)
    sent = posted(web, "/attendance/corrections/new", link, day="2026-11-19", time="18:00", way="out", instead_id="",
                  reason="忘打卡")  # fmt: skip
    assert sent.status_code == 303, sent.text
    assert "待审批" in web.get(sent.location).text
    assert "第 1 次" in sign_in(app, "head").get(sent.location).text
    assert "员工1" in sign_in(app, "head").get("/attendance/corrections/list/2026-11").text
    assert posted(web, "/attendance/corrections/new", link, day="2026-11-19", time="18:00", way="out", instead_id="",
                  reason="再补").status_code == 422  # fmt: skip


def test_the_day_shows_what_was_corrected(web: FlaskClient, house: House, dev: Actor, head: Actor) -> None:
    punched(house, (1, "2026-11-19 08:57:00"))
    key = corrected(house, dev, "2026-11-19", "18:00")
    decided(house, head, CORRECTION, key)
    day = web.get("/attendance/mine/2026-11-19").text
    assert f"/attendance/corrections/{key}" in day
    assert "18:00:00" in day


def test_one_button_at_home(web: FlaskClient, house: House, company: Company) -> None:
    """The token of the form makes two sendings one; where it was is told, and nowhere on Earth is refused."""
    home = web.get("/")
    found = re.search(r'name="token" value="([^"]+)"', home.text)
    assert found
    assert "data-locate" in home.text
    press = {"csrf_token": token(home), "token": found.group(1), "latitude": "", "longitude": "", "accuracy": "",
             "located": "refused"}  # fmt: skip
    assert web.post("/attendance/punch", data=press).status_code == 303
    assert web.post("/attendance/punch", data=press).status_code == 303
    assert len(punches(house, company["1"])) == 1
    shown = web.get("/attendance/punch").text
    assert "拒绝提供位置" in shown
    assert web.post("/attendance/punch", data={**press, "token": "x"}).status_code == 422
    assert web.post("/attendance/punch", data={**press, "latitude": "95", "longitude": "0"}).status_code == 422
    settings(house, location="off")
    assert "data-locate" not in web.get("/").text


def test_the_browser_may_ask_where_it_is(web: FlaskClient) -> None:
    assert "geolocation=(self)" in web.get("/attendance/punch").headers["Permissions-Policy"]


def test_rules_and_places_of_a_group(keeper: FlaskClient, web: FlaskClient, house: House) -> None:
    assert web.get("/attendance/rules").status_code in (200, 403)
    values = {"counted": "approved", "over_limit": "refuse", "in_lieu_minutes": "420", "in_lieu_months": "3",
              "corrections": "2", "location": "need"}  # fmt: skip
    path = "/attendance/rules/all"
    assert posted(keeper, path, **values).status_code == 303
    assert posted(keeper, path, **{**values, "in_lieu_minutes": "0"}).status_code == 422
    with house.session(SYSTEM) as session:
        rules = session.scalars(select(Group)).one().asking_rules()
    assert (rules.counted, rules.in_lieu_minutes, rules.corrections, rules.asked_only) == ("approved", 420, 2, False)
    spot = {"title.zh_CN": "总部", "title.en": "Head office", "latitude": "31.230416", "longitude": "121.473701",
            "radius": "300"}  # fmt: skip
    assert posted(keeper, f"{path}/places", path, **spot).status_code == 303
    for wrong in ({"latitude": "91"}, {"longitude": "east"}, {"radius": "5"}):
        assert posted(keeper, f"{path}/places", path, **{**spot, **wrong}).status_code == 422
    with house.session(SYSTEM) as session:
        (place,) = session.scalars(select(Place)).all()
        assert (place.latitude, place.longitude) == (31_230_416, 121_473_701)
        key = place.id
    assert posted(keeper, f"{path}/places/{key}/retire", path).status_code == 303
    assert "总部" not in keeper.get(path).text
    assert keeper.get("/attendance/rules/nosuch").status_code == 404


STUDY = {"code": "study", "title.zh_CN": "学习假", "title.en": "Study leave", "paid": "1", "halves": "1",
         "evidence_from": "0", "carry_months": "0", "valid_from": "2026-01-01", "valid_to": ""}  # fmt: skip


def test_types_of_leave_are_added_and_given_up(keeper: FlaskClient, house: House) -> None:
    path = "/attendance/leave/types/new"
    for wrong, sentence in (
        ({"code": "Study!"}, "请以小写字母开头"), ({"code": "annual"}, "已被使用"), ({"code": "trip"}, "已被使用"),
        ({"title.en": ""}, "中文和英文"), ({"title.zh_CN": "年假"}, "同名"), ({"evidence_from": "-1"}, "天数不能为负"),
        ({"valid_to": "2025-12-31"}, "结束"), ({"carry_months": "99"}, "24"), ({"valid_from": "soon"}, "soon"),
    ):  # fmt: skip
        answer = posted(keeper, path, **{**STUDY, **wrong})
        assert answer.status_code == 422, wrong
        assert sentence in answer.text, wrong
    with house.session(SYSTEM) as session:
        assert all(one.code != "study" for one in all_types(session))
    assert posted(keeper, path, **STUDY).status_code == 303
    assert "学习假" in keeper.get("/attendance/leave/types").text
    back = "/attendance/leave/types"
    assert posted(keeper, "/attendance/leave/types/study/retire", f"{back}/study").status_code == 303
    assert "已停用" in keeper.get(back).text
    again = posted(keeper, "/attendance/leave/types/study/retire", f"{back}/new")
    assert again.status_code in (303, 422)
    assert posted(keeper, "/attendance/leave/types/nosuch/retire", f"{back}/new").status_code == 404
    with house.session(SYSTEM) as session:
        study = next(one for one in all_types(session) if one.code == "study")
        assert str(study.valid_to) == "2026-11-23"


def test_for_programs(app: Flask, house: House, company: Company) -> None:
    """The same requests and punches by an access token."""
    client, headers = app.test_client(), {"Authorization": f"Bearer {_token(house)}"}

    def call(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = client.open(f"/api/v1/attendance{path}", method=method, json=body, headers=headers)
        return answer.status_code, answer.json

    status, made = call("POST", "/overtime", LATE)
    assert (status, made["minutes"], made["day_kind"], made["state"]) == (201, 120, "workday", "draft")
    assert made["starts_at"].startswith("2026-11-24T10:00")
    path = f"/overtime/{made['id']}"
    assert call("PUT", path, {**LATE, "ends": "21:00"})[1]["minutes"] == 180
    assert call("POST", f"{path}/submit")[1]["state"] == "submitted"
    assert call("POST", f"{path}/cancel")[0] in (403, 422)
    assert call("GET", path)[1]["task_id"]
    assert [one["id"] for one in call("GET", "/overtime")[1]["items"]] == [made["id"]]
    assert call("POST", "/overtime", {**LATE, "starts": "24:00"})[0] == 422
    fix = {"day": "2026-11-19", "time": "18:00", "way": "out", "reason": "忘打卡"}
    status, asked = call("POST", "/corrections", fix)
    assert status == 201
    path = f"/corrections/{asked['id']}"
    assert call("PUT", path, {**fix, "time": "18:05"})[1]["at"].startswith("2026-11-19T10:05")
    assert call("POST", f"{path}/submit")[1]["state"] == "submitted"
    assert call("GET", path)[1]["task_id"]
    assert len(call("GET", "/corrections")[1]["items"]) == 1
    press = {"token": "0123456789abcdef", "latitude": 31_230_416, "longitude": 121_473_701, "accuracy": 9}
    first, second = call("POST", "/punches", press)[1], call("POST", "/punches", press)[1]
    assert (first["new"], second["new"], first["id"], first["whereabouts"]) == (True, False, second["id"], "anywhere")
    assert len(call("GET", "/punches")[1]["punches"]) == 1
    assert len(punches(house, company["1"])) == 1


def _token(house: House) -> str:
    scopes = [OVERTIME_READ, OVERTIME_REQUEST, CORRECTION_READ, CORRECTION_REQUEST, PUNCH]
    with house.session(SYSTEM, write=True) as session, system(session, "tests"):
        account = session.scalars(select(Account).where(Account.login == "dev")).one()
        return identity.create_token(session, identity.actor_of(account), name="program", scopes=scopes)[1]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_example_of_the_handbook(app: Flask, house: House) -> None:
    """What the page shows asks a server over the wire, and the entry it shows can be published."""
    words = PAGE.read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", words, re.DOTALL)
    (entry,) = re.findall(r"```yaml\n(.*?)```", words, re.DOTALL)
    head = 'list: RD\nversion: 7\neffective_from: "2020-06-01"\npositions:\n  HEAD:\n    authority:\n   '
    with house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(head + entry.replace("\n", "\n   ")))
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 -- what the page shows
    server = make_server("127.0.0.1", 0, app, WSGIServer)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        base = f"http://127.0.0.1:{server.server_port}"
        told = names["ask_for_overtime"](base, _token(house), "2026-11-24", "18:00", "20:00")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert (told["state"], told["minutes"]) == ("submitted", 120)
