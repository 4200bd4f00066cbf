"""The pages as a browser without a script uses them: runs, review, masked payslips, PDF."""

from __future__ import annotations

import io
import re
from datetime import date

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.app import create_app
from core.audit.models import AuditEntry
from core.authority import publish
from core.authority.models import AuthorityEntry, PublishedList
from core.base import clock
from core.identity import services as identity
from core.kernel.house import House
from payroll import actions
from payroll.models import Slip
from remit.models import Person
from remit.services import system
from tests.payroll.conftest import SYSTEM, found
from tests.visitor import PASSWORD, sign_in, token


@pytest.fixture
def app(house: House) -> Flask:
    with house.session(SYSTEM, write=True) as session:
        company = found(session)
        for number, amount in (("LK001", 2_000_000), ("LK002", 3_000_000)):
            one = company.hire(number)
            company.agree(number, amount)
            company.insure(number, amount, amount)
            session.get_one(Person, one.person_id).name = {"LK001": "陈静", "LK002": "高飞"}[number]
        company.finish("2026-09")
        company.run("2026-10")
        boss = identity.create_account(session, SYSTEM, login="boss", name="Boss", password=PASSWORD)
        publish.bootstrap(session, boss.id, date(2026, 1, 1), [])
        own = company.employments["LK001"]
        identity.create_account(
            session, SYSTEM, login="one", name="One", password=PASSWORD, person_id=own.person_id
        )
        made = PublishedList(unit_id=company.unit.id, version=1, effective_from=date(2026, 1, 1),
                             published_at=clock.now(), source="tests")  # fmt: skip
        session.add(made)
        session.flush()
        for place, action in enumerate((actions.SLIP_READ, actions.SLIP_REVEAL), start=1):
            session.add(
                AuthorityEntry(list_id=made.id, code=f"ALL.A{place}", action=action, scope="self",
                               title={"zh_CN": "看本人工资条", "en": "See one's own payslips"},
                               power="reveal" if action == actions.SLIP_REVEAL else "read")
            )  # fmt: skip
    served = create_app(house=house)
    served.testing = True
    return served


@pytest.fixture
def boss(app: Flask) -> FlaskClient:
    return sign_in(app, "boss")


@pytest.fixture
def one(app: Flask) -> FlaskClient:
    return sign_in(app, "one")


def slip_ids(house: House, month: int) -> dict[str, int]:
    with house.session(SYSTEM) as session, system(session, "tests"):
        rows = session.execute(
            select(Person.name, Slip.id).join(Person, Person.id == Slip.person_id).where(Slip.tax_month == month)
        )
        return {name: identity for name, identity in rows}


def test_runs_and_review(boss: FlaskClient) -> None:
    listed = boss.get("/payroll/runs")
    assert listed.status_code == 200
    address = re.search(r'href="(/payroll/runs/\d+)"', listed.text)
    assert address
    review = boss.get(address.group(1))
    assert review.status_code == 200
    assert "陈静" in review.text
    assert "hr-flow" in review.text
    assert "不足 5 人的合计" in review.text, "the totals would tell of two people"
    assert "50,000" not in review.text
    assert "30,000.00" not in review.text
    assert "20,000" not in review.text
    assert boss.get(address.group(1) + "?show=joiners").status_code == 200
    assert boss.get(address.group(1) + "?page=7").status_code == 200


def test_a_step_out_of_turn_is_refused(boss: FlaskClient) -> None:
    listed = boss.get("/payroll/runs")
    address = re.findall(r'href="(/payroll/runs/\d+)"', listed.text)[0]
    locked = re.findall(r'href="(/payroll/runs/\d+)"', listed.text)[1]
    early = boss.post(f"{address}/publish", data={"csrf_token": token(listed)})
    assert early.status_code == 422
    late = boss.post(f"{locked}/pay", data={"csrf_token": token(listed)})
    assert late.status_code == 422


def test_an_employee_sees_nothing_of_runs_and_others(one: FlaskClient, house: House) -> None:
    assert one.get("/payroll/runs").status_code == 403
    others = slip_ids(house, 202610)["高飞"]
    assert one.get(f"/payroll/payslips/{others}").status_code == 404
    unpublished = slip_ids(house, 202611)["陈静"]
    assert one.get(f"/payroll/payslips/{unpublished}").status_code == 404


def test_amounts_are_masked_until_asked_for(one: FlaskClient, house: House) -> None:
    mine = slip_ids(house, 202610)["陈静"]
    listed = one.get("/payroll/payslips")
    assert f"/payroll/payslips/{mine}" in listed.text
    masked = one.get(f"/payroll/payslips/{mine}")
    assert masked.status_code == 200
    assert "20,000.00" not in masked.text
    shown = one.post(f"/payroll/payslips/{mine}", data={"csrf_token": token(masked)})
    assert shown.status_code == 200
    assert "20,000.00" in shown.text
    assert "公告2018年第61号" in shown.text
    with house.session(SYSTEM) as session, system(session, "tests"):
        assert session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.kind == "reveal")) == 1


def test_the_pdf_holds_chinese_text(one: FlaskClient, house: House) -> None:
    mine = slip_ids(house, 202610)["陈静"]
    masked = one.get(f"/payroll/payslips/{mine}")
    answer = one.post(f"/payroll/payslips/{mine}/pdf", data={"csrf_token": token(masked)})
    assert answer.mimetype == "application/pdf"
    document = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert "陈静" in text
    for part in (
        "灵客科技", "2026 年 9 月工资条", "2026-09-01", "2026-09-30", "2026-10-10", "LK001", "养老保险", "20,000.00",
        "20,000.00 × 8%", "公司承担部分", "依据", "社会保险法 第十二条", "国发〔2005〕38号",
    ):  # fmt: skip
        assert part in text, part
    assert "clamp" not in text


def test_home_shows_the_card(one: FlaskClient, boss: FlaskClient) -> None:
    assert one.get("/").status_code == 200
    assert boss.get("/").status_code == 200
