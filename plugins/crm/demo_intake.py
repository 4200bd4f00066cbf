"""The demo company's channels and words, a form on its website, limits of contacting, what channels showed and cost.

The figures are those of the company's story: 2026, the third quarter and October.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.models import Channel
from plugins.crm.services import channels, exposure
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
    with acting(session, placer):
        _figures(session, demo, named)


def _figures(session: Session, demo: Demo, named: dict[str, Channel]) -> None:
    for code, first, last, impressions, clicks, paid, evidence in SHOWN:
        exposure.save(session, demo.actors["zhoulei"], None, {
            "channel_id": named[code].id, "starts_on": date(*first), "last_day": date(*last), "paid": paid,
            "impressions": impressions, "clicks": clicks, "evidence": evidence,
        })  # fmt: skip


def _both(zh: str, en: str) -> Translation:
    return Translation(zh_CN=zh, en=en)
