"""Advertising of the demo company before the year's end, asked for by one who places it.

Everything is decided by the same services and people as everywhere else: the small request by the head of the group,
what is above his limit by the director of marketing, the head's own by the director, too.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.models import Campaign
from plugins.crm.services import budgets, campaigns, spending
from remit.demo import Demo, acting
from remit.models import Unit
from remit.workflow import decide, open_tasks

#: Who asks for how much in fen, of whom, what for, and who decides it; nobody: it still waits.
ASKED: tuple[tuple[str, int, str, str, str, str], ...] = (
    ("zhoulei", 800_000, "ads", "腾讯广告", "微信朋友圈投放，第 48 周", "chenjing"),
    ("zhoulei", 1_200_000, "ads", "知乎", "知乎专栏推广，双十二专题", "linan"),
    ("chenjing", 500_000, "ads", "百度营销", "品牌词搜索投放", "linan"),
    ("zhoulei", 600_000, "ads", "巨潮传媒", "行业资讯信息流投放，上半月", "chenjing"),
    ("zhoulei", 600_000, "ads", "巨潮传媒", "行业资讯信息流投放，下半月", ""),
    ("zhoulei", 1_000_000, "ads", "哔哩哔哩", "产品讲解视频投放", ""),
)


def give_asking(session: Session, demo: Demo) -> None:
    """Write it; all of it is decided by its own services."""
    unit_id = session.scalars(select(Unit.id).where(Unit.code == "MKT-ACQ")).one()
    first = demo.today.replace(day=1)
    common: dict[str, Any] = {
        "unit_id": unit_id, "category": "ads", "starts_on": first, "last_day": first + timedelta(days=60),
    }
    director = demo.actors["linan"]
    with acting(session, director):
        campaign = campaigns.save(session, director, None, {**common, "code": "2026-Q4", "title": "年终获客季"})
        budgets.save(session, director, None, {**common, "title": "线上投放，11 至 12 月", "amount": 8_000_000})
    for login, amount, category, payee, purpose, decider in ASKED:
        _ask(session, demo, campaign, (login, amount, category, payee, purpose), decider, unit_id)


def _ask(
    session: Session, demo: Demo, campaign: Campaign, asked: tuple[str, int, str, str, str], decider: str, unit_id: int
) -> None:
    login, amount, category, payee, purpose = asked
    requester = demo.actors[login]
    with acting(session, requester):
        request = spending.draft(session, requester, None, {
            "unit_id": unit_id, "category": category, "payee": payee, "purpose": purpose, "amount": amount,
            "needed_on": demo.today + timedelta(days=3), "campaign_id": campaign.id,
        })  # fmt: skip
        run = spending.submit(session, requester, request)
    for task in open_tasks(session, run) if decider else ():
        with acting(session, demo.actors[decider]):
            decide(session, demo.actors[decider], task.id, "approved", seen=task.digest, comment="同意")
