"""Taking leads in, page by page, by a browser that runs no script: channels, cards, figures, limits, webhooks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from core.web import ports
from plugins.crm.exchange import EXCHANGES
from plugins.crm.models import Exposure, Lead
from plugins.crm.services.intake.delivered import take
from remit.base import Actor, DomainError
from remit.exchange import import_file
from remit.services import system
from remit.webhooks import Incoming
from tests.visitor import Visitor, words

Visit = Callable[[str], Visitor]
SYSTEM = Actor.system("tests")
CARD = "BEGIN:VCARD\nVERSION:3.0\nN:何;川;;;\nORG:川流软件有限公司\nTEL;TYPE=CELL:+86 137 0000 5555\nEND:VCARD"


def leads_called(company: Flask, name: str) -> list[Lead]:
    with ports.of(company).house.session(SYSTEM) as session, system(session, "tests look"):
        found = list(session.scalars(select(Lead).where(Lead.company.contains(name)).order_by(Lead.id)))
        session.expunge_all()
        return found


def test_cards_of_a_fair_one_after_the_other(company: Flask, visit: Visit) -> None:
    zhou = visit("zhoulei")
    page = zhou.get("/crm/card")
    channel = re.search(r'<option value="(\d+)" selected', page.text)
    number = re.search(r'name="number" value="([^"]+)"', page.text)
    assert channel
    assert number
    read = zhou.post("/crm/card", read="1", code=CARD, channel_id=channel[1])
    assert 'value="川流软件有限公司"' in read.text
    assert 'value="+86 137 0000 5555"' in read.text
    assert "没有名片" in words(zhou.post("/crm/card", read="1", code="https://example.com", channel_id=channel[1]))
    told = {"company": "川流软件有限公司", "contact": "何川", "phone": "+86 137 0000 5555", "agreed": "1",
            "channel_id": channel[1], "number": number[1], "note": "要看增长版"}  # fmt: skip
    assert "已保存，请录入下一张" in words(zhou.post("/crm/card", **told))
    assert "请录入下一张" in words(zhou.post("/crm/card", **told)), "a second tap"
    (lead,) = leads_called(company, "川流软件")
    assert (lead.phone, lead.consent_text, lead.state) == ("13700005555", "在展会现场口头同意被联系。", "new")
    wrong = zhou.post("/crm/card", company="x", phone="none", channel_id=channel[1])
    assert (wrong.status_code, "电话号码有误" in words(wrong)) == (422, True)


def test_channels_are_named_and_switched_off(company: Flask, visit: Visit) -> None:
    chen = visit("chenjing")
    unit = re.search(r'<option value="(\d+)"[^>]*>线索获取组', chen.get("/crm/channels/new").text)
    assert unit
    made = {"code": "douyin", "kind": "ads", "title.zh_CN": "抖音", "title.en": "Douyin", "unit_id": unit[1]}
    assert "渠道已保存" in words(chen.post("/crm/channels/new", **made, is_active="1"))
    twice = chen.post("/crm/channels/new", **made)
    assert (twice.status_code, "渠道 douyin 已存在" in words(twice)) == (422, True)
    address = re.search(r'href="(/crm/channels/\d+)">抖音', chen.get("/crm/channels").text)
    assert address
    chen.get(address[1])
    assert chen.post(address[1], **{**made, "code": "other"}).status_code == 422
    assert "已停用" in words(chen.post(address[1], **made))
    assert "抖音" not in chen.get("/crm/card").text
    chen.get("/crm/choices/new/industry")
    word = {"code": "retail", "title.zh_CN": "零售", "title.en": "Retail", "order": "9", "is_active": "1"}
    assert "选项已保存" in words(chen.post("/crm/choices/new/industry", **word))
    assert chen.post("/crm/choices/new/industry", **word).status_code == 422
    assert [chen.get(path).status_code for path in ("/crm/choices?kind=x", "/crm/choices/new/x")] == [404] * 2
    liu = visit("liuyang")
    assert "新建渠道" not in liu.text("/crm/channels")
    assert liu.get("/crm/channels/new").status_code == 403


def test_figures_and_limits(company: Flask, visit: Visit) -> None:
    zhou, chen = visit("zhoulei"), visit("chenjing")
    channel = re.search(r'<option value="(\d+)"[^>]*>线下展会', zhou.get("/crm/exposure/new").text)
    assert channel
    told = {"channel_id": channel[1], "starts_on": "2026-11-01", "last_day": "2026-11-07", "impressions": "1000",
            "clicks": "20", "paid": "1,500.50", "currency": "CNY", "evidence": "账单"}  # fmt: skip
    assert "1,500.50" in words(zhou.post("/crm/exposure/new", **told))
    for wrong, said in (({}, "已有数据"), ({"starts_on": "2026-11-09", "last_day": "2026-11-08"}, "早于"),
                        ({"starts_on": "2026-11-08", "last_day": "2026-11-08", "clicks": "2000"}, "不能超过"),
                        ({"impressions": "", "clicks": "", "paid": ""}, "至少填写一项")):  # fmt: skip
        page = zhou.post("/crm/exposure/new", **{**told, **wrong})
        assert page.status_code == 422, (wrong, words(page)[:300])
        assert said in words(page), said
    exposure = next(one for one in EXCHANGES if one.name == "exposure")
    house = ports.of(company).house
    sheet = "渠道,日期,曝光量,点击量,花费\n线下展会,2026-11-10,500,9,80.00\n线下展会,2026-11-11,600,8,90.00\n"
    corrected = sheet.replace("90.00", "91.00")
    files = (sheet, corrected, corrected)
    reports = [import_file(house, SYSTEM, exposure, one.encode(), name="展会.csv") for one in files]
    assert [one.counts["unchanged"] for one in reports] == [0, 1, 2]
    with house.session(SYSTEM) as session, system(session, "tests look"):
        rows = session.scalars(select(Exposure.paid).where(Exposure.source == "import").order_by(Exposure.starts_on))
        assert rows.all() == [8000, 9100]
    chen.get("/crm/limits/new")
    assert chen.post("/crm/limits/new", most="1", days="7").status_code == 422
    assert "30 天内最多 5 次" in words(chen.post("/crm/limits/new", most="5", days="30"))
    drop = re.search(r'action="(/crm/limits/\d+/drop)"', chen.get("/crm/limits").text)
    assert drop
    assert "上限已删除" in words(chen.post(drop[1]))


def test_another_program_sends_leads(company: Flask) -> None:
    """All of a delivery or nothing of it; delivered again it is the same."""
    house = ports.of(company).house

    def come(body: str, key: str = "d-1") -> str:
        sent = Incoming(key, "crm.leads", 1, body.encode(), "application/json", datetime(2026, 11, 23, tzinfo=UTC))
        try:
            with house.session(SYSTEM, write=True) as session:
                take(session, sent)
        except DomainError as refused:
            return refused.code
        return "taken"

    one = '{"channel": "website", "company": "钩子乙"}'
    two = f'{{"leads": [{{"channel": "website", "company": "钩子甲", "staff": 5}}, {one}]}}'
    assert [come(two), come(two), len(leads_called(company, "钩子"))] == ["taken", "taken", 2]
    bad = ('[{"channel": "website", "company": "钩子丙"}, {"channel": "nowhere", "company": "x"}]', '"x"', "{", "[1]",
           '{"channel": "website", "company": "钩子丙", "staff": "5"}', '{"channel": "website", "company": ["钩"]}',
           '{"channel": "website", "company": "钩子丙", "answers": 1}')  # fmt: skip
    assert [come(body, "d-2") for body in bad] == [
        "crm.channel", "crm.delivery", "webhook.json", "crm.delivery", "crm.staff", "crm.text", "crm.answers",
    ]  # fmt: skip
    assert len(leads_called(company, "钩子")) == 2
