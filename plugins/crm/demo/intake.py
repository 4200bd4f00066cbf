"""The demo company's channels and words, a form on its website, limits of contacting, what channels showed and cost.

The figures are those of the company's story: 2026, the third quarter and October.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.models import Channel
from plugins.crm.services import channels, exposure
from plugins.crm.services.intake import forms
from plugins.crm.services.intake.bringing import brought
from plugins.crm.services.intake.capture import capture
from plugins.crm.services.intake.words import words
from plugins.crm.services.leads import consent
from remit.base import Actor
from remit.demo import Demo, acting
from remit.models import Translation, Unit

#: Code, kind and titles.
CHANNELS = (
    ("wechat-ads", "ads", "微信广告", "WeChat ads"),
    ("zhihu", "content", "知乎专栏", "Zhihu column"),
    ("fair", "event", "线下展会", "Fairs"),
    ("referral", "referral", "转介绍", "Customer referral"),
    ("website", "web", "官网", "Own website"),
)
CHOICES = (
    ("industry", "internet", "互联网", "Internet"),
    ("industry", "manufacturing", "制造业", "Manufacturing"),
    ("industry", "education", "教育", "Education"),
    ("region", "east", "华东", "East"),
    ("region", "north", "华北", "North"),
    ("region", "south", "华南", "South"),
    ("region", "west", "西部", "West"),
    ("product", "growth", "增长版", "Growth edition"),
    ("product", "team", "团队版", "Team edition"),
    ("lost", "price", "价格超出预算", "Above the budget"),
    ("lost", "competitor", "选择了其他产品", "Chose another product"),
    ("lost", "project-stopped", "项目取消", "The project was stopped"),
    ("rejected", "no-need", "没有采购需求", "No intention to buy"),
    ("rejected", "unreachable", "联系不上", "Cannot be reached"),
    ("rejected", "outside", "不在服务范围", "Outside what we serve"),
)
#: Channel, first and last day, impressions, clicks, fen that were paid, and where that is from.
SHOWN = (
    ("wechat-ads", (2026, 6, 1), (2026, 6, 30), 2_400_000, 21_000, 10_000_000, "腾讯广告账单 202606"),
    ("wechat-ads", (2026, 7, 1), (2026, 9, 30), 900_000, 8_100, 2_000_000, "腾讯广告账单 2026Q3"),
    ("zhihu", (2026, 7, 1), (2026, 9, 30), 310_000, 4_600, 900_000, "知乎投放结算单 2026Q3"),
    ("wechat-ads", (2026, 10, 1), (2026, 10, 31), 620_000, 5_200, 1_000_000, "腾讯广告账单 202610"),
    ("zhihu", (2026, 10, 1), (2026, 10, 31), 340_000, 3_900, 600_000, "知乎投放结算单 202610"),
    ("wechat-ads", (2026, 11, 1), (2026, 11, 20), 430_000, 3_700, 700_000, "腾讯广告账单 202611"),
    ("zhihu", (2026, 11, 1), (2026, 11, 20), 210_000, 2_400, 450_000, "知乎投放结算单 202611"),
)
#: Who brought it, over which channel, and what was said; the last is the fourth again, met at the fair.
BROUGHT = (
    ("zhoulei", "wechat-ads", 18, "云帆网络科技（上海）有限公司", "郑凯", "13900010001", "internet", "east", 260),
    ("zhoulei", "wechat-ads", 18, "恒远机械制造有限公司", "冯涛", "13900010002", "manufacturing", "east", 120),
    ("zhoulei", "zhihu", 19, "启明教育科技（北京）有限公司", "蒋欣", "13900010003", "education", "north", 45),
    ("chenjing", "zhihu", 19, "蓝鲸互动（深圳）有限公司", "沈悦", "13900010004", "internet", "south", 220),
    ("chenjing", "referral", 20, "德胜五金有限公司", "韩磊", "13900010005", "manufacturing", "east", 8),
    ("zhoulei", "fair", 20, "百川在线教育有限公司", "杨帆", "13900010006", "education", "west", 60),
    ("chenjing", "fair", 20, "蓝鲸互动(深圳)公司", "许诺", "13900010007", "internet", "south", 220),
)


def give_intake(session: Session, demo: Demo) -> None:
    """Write it, each part by whoever may; a company without these people gets none of it."""
    head, placer = demo.actors["chenjing"], demo.actors["zhoulei"]
    unit_id = session.scalars(select(Unit.id).where(Unit.code == "MKT-ACQ")).one()
    with acting(session, head):
        named = {
            code: channels.save_channel(session, head, None, {
                "code": code, "kind": kind, "title": _both(zh, en), "unit_id": unit_id, "is_active": True,
            }) for code, kind, zh, en in CHANNELS
        }  # fmt: skip
        for order, (kind, code, zh, en) in enumerate(CHOICES, 1):
            values: dict[str, Any] = {"code": code, "title": _both(zh, en), "order": order * 10, "is_active": True}
            channels.save_choice(session, head, kind, None, values)
        _website(session, head, named["website"])
        consent.save_limit(session, head, None, {"most": 3, "days": 7})
        consent.save_limit(session, head, None, {"most": 8, "days": 90})
    with acting(session, placer):
        _figures(session, demo, named)


def _figures(session: Session, demo: Demo, named: dict[str, Channel]) -> None:
    for code, first, last, impressions, clicks, paid, evidence in SHOWN:
        exposure.save(session, demo.actors["zhoulei"], None, {
            "channel_id": named[code].id, "starts_on": date(*first), "last_day": date(*last), "paid": paid,
            "impressions": impressions, "clicks": clicks, "evidence": evidence,
        })  # fmt: skip


def _website(session: Session, head: Actor, channel: Channel) -> None:
    """The form behind which the white paper lies."""
    made = forms.save(session, head, None, {
        "title": _both("下载《增长白皮书》", "Get the white paper on growth"), "channel_id": channel.id,
        "asked": ["contact", "phone", "email", "industry", "staff"], "needed": ["contact", "phone"],
        "answers": "white_paper=yes", "thanks": "白皮书已发到你的邮箱。", "frames": "https://www.lingke.example",
        "consent": "我同意灵客科技就所填事项与我联系，并知悉可以随时撤回同意。", "is_active": True,
    })  # fmt: skip
    made.key = "white-paper"


def give_arrivals(session: Session, demo: Demo) -> None:
    """Leads of the week before, each brought by the one who had it."""
    for number, (login, channel, day, company, contact, phone, industry, region, staff) in enumerate(BROUGHT, 1):
        actor = demo.actors[login]
        with acting(session, actor):
            row = brought(words(session), {
                "channel": channel, "company": company, "contact": contact, "phone": phone, "industry": industry,
                "region": region, "staff": staff, "external_id": f"demo-{number}",
                "at": datetime(2026, 11, day, 10, number, tzinfo=ZoneInfo(actor.zone)),
            })  # fmt: skip
            capture(session, actor, "fair" if channel == "fair" else "entry", [row])


def _both(zh: str, en: str) -> Translation:
    return Translation(zh_CN=zh, en=en)
