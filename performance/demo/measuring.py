"""The figures of the demo company: marketing and sales from August on, and what they share of October.

Figures are defined by personnel, schemes and the agreement are signed by the general manager. Until September values
are entered with evidence; from October on, where leads, deals and customers are kept in the house, figures are computed
from them, and entered where they are not. October is that of the story: 96.30 and 107.44, a pool of 16,500.00.
November still runs.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.models import Kpi, Reward
from performance.services import agreements, figures, rewards, schemes, scores, values
from performance.services.sources import sources
from remit.base import FOREVER, Actor, Month
from remit.demo import Demo, acting
from remit.models import Position, Unit
from remit.services import duties_on
from remit.workflow import decide, open_tasks

FROM = date(2026, 8, 1)
#: From this day on figures are computed from what is kept of leads and deals.
LIVE = date(2026, 10, 1)
#: The formulas of that, for those whose sources are there.
FORMULAS: dict[str, str] = {
    "leads": "crm_marketing_leads", "exposure": "crm_impressions", "sales": "crm_sales",
    "conversion": "round(crm_won_leads / crm_assigned_leads, 0.0001)",
    "acceptance": "round(crm_passed_accepted_leads / crm_passed_leads, 0.0001)",
    "wins": "round(crm_won_leads / crm_accepted_leads, 0.0001)",
    "retention": "round(crm_renewed_terms / (crm_renewed_terms + crm_churned), 0.0001)",
}
_NAME = re.compile("[a-z]+_[a-z_]+")
#: Code, titles, unit of measure, whose, formula, target, duty.
FIGURES: tuple[tuple[str, str, str, str, str, str, int | None, str], ...] = (
    ("leads", "有效线索数", "Leads", "count", "unit", "", 100, "ACQ-HEAD.D1"),
    ("exposure", "品牌曝光量", "Exposure", "count", "unit", "", 1_000_000, "MKT-DIR.D1"),
    ("conversion", "线索转化率", "Lead conversion", "rate", "unit", "", 200_000, "SAL-DIR.D2"),
    ("acceptance", "线索接收率", "Acceptance of leads", "rate", "unit", "", 800_000, "ACQ-HEAD.D2"),
    ("wins", "接收后成单率", "Wins after acceptance", "rate", "unit", "", 250_000, "FOL-HEAD.D1"),
    ("sales", "销售额", "Sales", "money", "unit", "", 150_000_000, "SAL-DIR.D1"),
    ("retention", "客户留存率", "Customer retention rate", "rate", "unit", "", 900_000, "CARE-HEAD.D1"),
    ("attended", "实出勤天数", "Days worked", "days", "person", "attendance_worked_days", 1_800, ""),
)  # fmt: skip
#: Code, titles, unit or post, and figure, weight in percent, unit whose figure counts.
SCHEMES: tuple[tuple[str, str, str, str, str, tuple[tuple[str, int, str], ...]], ...] = (
    ("MKT", "市场部绩效方案", "Scheme of marketing", "MKT", "",
     (("leads", 30, ""), ("conversion", 40, "SAL"), ("exposure", 30, ""))),
    ("SAL", "销售部绩效方案", "Scheme of sales", "SAL", "",
     (("sales", 50, ""), ("conversion", 30, ""), ("retention", 20, ""))),
    ("MKT-ACQ", "线索获取组绩效方案", "Scheme of lead acquisition", "MKT-ACQ", "",
     (("leads", 60, "MKT"), ("acceptance", 40, ""))),
    ("SAL-FOL", "线索跟进组绩效方案", "Scheme of lead follow-up", "SAL-FOL", "",
     (("sales", 40, "SAL"), ("wins", 60, ""))),
    ("ACQ-ADS", "投放专员绩效方案", "Scheme of advertising specialists", "", "ACQ-ADS",
     (("leads", 70, "MKT"), ("attended", 30, ""))),
    ("FOL-REP", "销售代表绩效方案", "Scheme of sales representatives", "", "FOL-REP",
     (("sales", 70, "SAL"), ("attended", 30, ""))),
    ("CARE-CSM", "客户成功经理绩效方案", "Scheme of customer success managers", "", "CARE-CSM",
     (("retention", 70, "SAL"), ("attended", 30, ""))),
    ("ACQ-COM", "社群运营绩效方案", "Scheme of community managers", "", "ACQ-COM",
     (("leads", 70, "MKT"), ("attended", 30, ""))),
    ("ACQ-TRY", "试用转化专员绩效方案", "Scheme of trial conversion specialists", "", "ACQ-TRY",
     (("conversion", 70, "SAL"), ("attended", 30, ""))),
    ("BRAND-SOC", "公众号运营绩效方案", "Scheme of official account editors", "", "BRAND-SOC",
     (("exposure", 70, "MKT"), ("attended", 30, ""))),
)  # fmt: skip
#: Month and the values of figures: code, unit, value.
VALUES: tuple[tuple[Month, tuple[tuple[str, str, int], ...]], ...] = (
    (Month(2026, 8), (("leads", "MKT", 92), ("exposure", "MKT", 870_000), ("conversion", "SAL", 150_000),
                      ("acceptance", "MKT-ACQ", 620_000), ("wins", "SAL-FOL", 242_000), ("sales", "SAL", 148_000_000),
                      ("retention", "SAL", 880_000))),
    (Month(2026, 9), (("leads", "MKT", 98), ("exposure", "MKT", 910_000), ("conversion", "SAL", 160_000),
                      ("acceptance", "MKT-ACQ", 680_000), ("wins", "SAL-FOL", 236_000), ("sales", "SAL", 154_000_000),
                      ("retention", "SAL", 890_000))),
    (Month(2026, 10), (("leads", "MKT", 105), ("exposure", "MKT", 960_000), ("conversion", "SAL", 180_000),
                       ("acceptance", "MKT-ACQ", 810_000), ("wins", "SAL-FOL", 222_000), ("sales", "SAL", 183_000_000),
                       ("retention", "SAL", 920_000))),
    (Month(2026, 11), (("leads", "MKT", 78), ("exposure", "MKT", 640_000), ("conversion", "SAL", 170_000),
                       ("acceptance", "MKT-ACQ", 790_000), ("wins", "SAL-FOL", 215_000), ("sales", "SAL", 112_000_000),
                       ("retention", "SAL", 910_000))),
)  # fmt: skip


def give_measuring(session: Session, demo: Demo) -> None:
    """Write it."""
    units = {code: number for number, code in session.execute(select(Unit.id, Unit.code))}
    posts = {code: number for number, code in session.execute(select(Position.id, Position.code))}
    personnel, boss = demo.actors["wangfang"], demo.actors["luoyi"]
    with acting(session, personnel):
        kpis = _figures(session, demo, personnel, units)
    _schemes(session, personnel, boss, kpis, units, posts)
    live = _go_live(session, demo, personnel, kpis)
    for month, told in VALUES:
        if month.start > demo.today:
            continue
        with acting(session, personnel):
            for code, unit, value in told:
                if code in live and month.start >= LIVE:
                    continue
                values.enter(session, personnel, kpis[code], {
                    "day": month.start, "value": value, "unit_id": units[unit],
                    "evidence": f"{month} 市场与销售月报"})  # fmt: skip
            scores.compute(session, personnel, month.period)
    _reward(session, personnel, boss, kpis, units)


def _figures(session: Session, demo: Demo, actor: Actor, units: dict[str, int]) -> dict[str, Kpi]:
    made, known = {}, set(sources(session))
    duties = {one.citation for one in duties_on(session, FROM)}
    for row in FIGURES:
        made[row[0]] = figures.save(session, actor, None, _meaning(demo, row, FROM, known, duties))
    figures.share(session, actor, made["conversion"], (
        (units["MKT-ACQ"], 500_000, made["acceptance"].id), (units["SAL-FOL"], 500_000, made["wins"].id),
    ))  # fmt: skip
    return made


def _meaning(demo: Demo, row: tuple[Any, ...], day: date, known: set[str], duties: set[str]) -> dict[str, Any]:
    """What a figure means from a day on."""
    code, zh, en, unit, grain, formula, target, duty = row
    return {
        "code": code, "legal_entity_id": demo.legal_entity_id, "valid_from": day,
        "title": {"zh_CN": zh, "en": en}, "unit": unit, "grain": grain, "direction": "up", "period": "month",
        "formula": formula if formula in known else "", "target": target, "floor": 0,
        "cap": 1_200_000, "curve": [], "quality": "checked", "duty": duty if duty in duties else "",
    }  # fmt: skip


def _go_live(session: Session, demo: Demo, actor: Actor, kpis: dict[str, Kpi]) -> set[str]:
    """Let figures be computed whose sources are there; answers their codes."""
    known = set(sources(session))
    duties = {one.citation for one in duties_on(session, LIVE)}
    live = {code for code, formula in FORMULAS.items() if set(_NAME.findall(formula)) <= known}
    with acting(session, actor):
        for row in FIGURES:
            if row[0] in live:
                meaning = _meaning(demo, row, LIVE, known, duties)
                figures.save(session, actor, kpis[row[0]], meaning | {"formula": FORMULAS[row[0]]})
    return live


def _schemes(
    session: Session, personnel: Actor, boss: Actor, kpis: dict[str, Kpi], units: dict[str, int], posts: dict[str, int]
) -> None:
    for code, zh, en, unit, post, items in SCHEMES:
        with acting(session, personnel):
            made = schemes.draft(session, personnel, None, {
                "code": code, "title": {"zh_CN": zh, "en": en}, "valid_from": FROM,
                "unit_id": units.get(unit), "position_id": posts.get(post), "items": [
                    {"kpi_id": kpis[kpi].id, "weight": 10_000 * weight, "of_unit_id": units.get(of)}
                    for kpi, weight, of in items
                ],
            })  # fmt: skip
            run = schemes.submit(session, personnel, made)
        _sign(session, boss, run)


def _reward(session: Session, personnel: Actor, boss: Actor, kpis: dict[str, Kpi], units: dict[str, int]) -> None:
    """The agreement of both departments, tried out, signed, worked out for October and confirmed for its pay."""
    sal: dict[str, Any] = {"unit_id": units["SAL"]}
    with acting(session, personnel):
        made: Reward = agreements.draft(session, personnel, None, {
            "code": "MKT-SAL-2026", "title": {"zh_CN": "市场销售协同奖励", "en": "Marketing and sales together"},
            "place_unit_id": units["LK"], "valid_from": date(2026, 10, 1), "valid_to": FOREVER, "period": "month",
            "currency": "CNY", "pool": "round((sales_actual - sales_target) * 0.05, 0.01)",
            "measures": [
                {"name": "conversion", "kpi_id": kpis["conversion"].id, "target": 200_000, **sal},
                {"name": "sales", "kpi_id": kpis["sales"].id, "target": 150_000_000, **sal},
            ],
            "gates": [
                {"name": "conversion", "measure": "attainment", "threshold": 800_000, "inclusive": True},
                {"name": "sales", "measure": "attainment", "threshold": 1_200_000, "inclusive": False},
            ],
            "parties": [{"unit_id": units["MKT"], "share": "0.4", "per": "head"},
                        {"unit_id": units["SAL"], "share": "0.6", "per": "head"}],
        })  # fmt: skip
        run = agreements.submit(session, personnel, made)
    _sign(session, boss, run)
    october = Month(2026, 10)
    with acting(session, personnel):
        result = rewards.work_out(session, personnel, made, october.period, october)
    with acting(session, boss):
        rewards.confirm(session, boss, result)


def _sign(session: Session, boss: Actor, run: Any) -> None:
    for task in open_tasks(session, run):
        with acting(session, boss):
            decide(session, boss, task.id, "approved", seen=task.digest, comment="同意")
