"""Goals of the demo company for the fourth quarter: of the company, of both departments, across them, and of people.

Personnel drafts those of the company, directors those of their departments, and whoever stands above agrees. One asks
the other department and is taken, one still waits for the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.models import CheckIn, Goal
from performance.services import checkins, goals
from performance.services.result_lines import results
from performance.services.writing import Known
from remit.base import clock
from remit.demo import Demo, acting
from remit.models import Unit

#: Who must be there for this part of the story.
NEEDED = {"linan", "zhangwei", "chenjing", "gaofei", "wuhao", "zhoulei", "liuyang"}
START, END = date(2026, 10, 1), date(2027, 1, 1)


@dataclass(frozen=True, slots=True)
class Told:
    """A goal of the story: who drafts and who agrees, whose it is, what it serves, and its key results."""

    key: str
    drafts: str
    agrees: str
    grain: str
    unit: str
    under: str
    title: str
    results: str


GOALS = (
    Told("grow", "wangfang", "luoyi", "company", "LK", "", "四季度签约额达到 460 万元",
         "签约额: 0 -> 4,600,000, 60 = sales @SAL total\n新签付费客户数: 0 -> 60, 40"),
    Told("keep", "wangfang", "luoyi", "company", "LK", "", "让老客户愿意留下来",
         "客户留存率: 88% -> 93%, 70 = retention @SAL\n重点客户回访家数: 0 -> 40, 30"),
    Told("supply", "linan", "luoyi", "unit", "MKT", "grow", "为销售提供足够的合格线索",
         "有效线索数: 0 -> 300, 60 = leads @MKT total\n品牌曝光量: 0 -> 2,800,000, 20 = exposure @MKT total\n"
         "行业峰会参展场次: 0 -> 2, 20"),
    Told("close", "zhangwei", "luoyi", "unit", "SAL", "grow", "把合格线索变成签约客户",
         "线索转化率: 16% -> 20%, 70 = conversion @SAL\n首次联系平均用时（分钟）: 240 -> 60, 30"),
    Told("accept", "chenjing", "linan", "unit", "MKT-ACQ", "close", "交给销售的线索让销售愿意接",
         "线索接收率: 70% -> 80%, 100 = acceptance @MKT-ACQ"),
    Told("refer", "wuhao", "zhangwei", "unit", "SAL-CARE", "supply", "让老客户介绍新客户",
         "转介绍线索数: 0 -> 45, 100"),
    Told("ads", "zhoulei", "chenjing", "person", "", "supply", "把线上投放的线索成本降下来",
         "单条线索成本（元）: 320 -> 260, 50\n投放带来的有效线索数: 0 -> 120, 50"),
    Told("visits", "liuyang", "gaofei", "person", "", "close", "每条合格线索当天联系",
         "当天联系的线索占比: 60% -> 95%, 100"),
)  # fmt: skip
#: Who answers for a goal above that another department asks to serve.
TAKEN = {"accept": "zhangwei"}
#: What was said on the way: goal, key result, days before today, by whom, number, how sure, words.
SAID: tuple[tuple[str, str, int, str, int, str, str], ...] = (
    ("grow", "新签付费客户数", 35, "luoyi", 12, "sure", "开局平稳"),
    ("grow", "新签付费客户数", 21, "luoyi", 21, "risk", "比计划少 5 家，主要差在接收后的跟进"),
    ("grow", "新签付费客户数", 3, "luoyi", 34, "risk", "十一月追回一部分"),
    ("keep", "重点客户回访家数", 20, "luoyi", 15, "sure", ""),
    ("keep", "重点客户回访家数", 5, "luoyi", 27, "sure", "客户维护组每周五家"),
    ("supply", "行业峰会参展场次", 28, "linan", 1, "sure", "10 月上海站，现场收集名片 86 张"),
    ("close", "首次联系平均用时（分钟）", 30, "zhangwei", 190, "risk", "周末线索拖长了平均值"),
    ("close", "首次联系平均用时（分钟）", 16, "zhangwei", 150, "risk", "周末轮值开始执行"),
    ("close", "首次联系平均用时（分钟）", 2, "zhangwei", 105, "sure", ""),
    ("ads", "单条线索成本（元）", 28, "zhoulei", 330, "off", "竞价上涨"),
    ("ads", "单条线索成本（元）", 14, "zhoulei", 301, "risk", "停掉两个低效渠道"),
    ("ads", "单条线索成本（元）", 1, "zhoulei", 284, "sure", ""),
    ("ads", "投放带来的有效线索数", 14, "zhoulei", 58, "sure", ""),
    ("visits", "当天联系的线索占比", 10, "liuyang", 780_000, "risk", "下午到的线索容易隔夜"),
)  # fmt: skip


def give_goals(session: Session, demo: Demo) -> None:
    """Write them in the order in which they were agreed."""
    if demo.today < START or not set(demo.actors) >= NEEDED:
        return
    units = {code: number for number, code in session.execute(select(Unit.id, Unit.code))}
    made: dict[str, Goal] = {}
    for told in GOALS:
        actor = demo.actors[told.drafts]
        with acting(session, actor):
            above = made.get(told.under)
            made[told.key] = goals.save(session, actor, None, {
                "title": told.title, "grain": told.grain, "unit_id": units.get(told.unit), "starts_on": START,
                "ends_on": END, "parent_id": above.id if above is not None else None,
                "results": results(told.results, Known(session, demo.today)),
            })  # fmt: skip
        boss = demo.actors[told.agrees]
        with acting(session, boss):
            goals.agree(session, boss, made[told.key])
        if told.key in TAKEN:
            owner = demo.actors[TAKEN[told.key]]
            with acting(session, owner):
                goals.confirm_alignment(session, owner, made[told.key], agreed=True)
    _say(session, demo, made)


def _say(session: Session, demo: Demo, made: dict[str, Goal]) -> None:
    """What was said on the days it was said; one that follows a figure takes the figure of today."""
    zone = ZoneInfo(clock.DEFAULT_ZONE)
    rows = {(one.goal_id, one.title): one for one in goals.results_of(session, [goal.id for goal in made.values()])}
    for key, title, days, login, value, sure, words in SAID:
        result, actor = rows[made[key].id, title], demo.actors[login]
        moment = datetime.combine(demo.today - timedelta(days=days), time(17, 20), zone)
        with acting(session, actor):
            session.add(CheckIn(
                key_result_id=result.id, value=value, confidence=sure, words=words,
                made_by_person_id=actor.person_id, made_at=moment,
            ))  # fmt: skip
            result.current = value
            session.flush()
    accept = made["accept"]
    head = demo.actors["chenjing"]
    with acting(session, head):
        checkins.check_in(session, head, accept, rows[accept.id, "线索接收率"], {
            "value": 0, "confidence": "risk", "words": "十一月比十月低五个多百分点，与销售复盘中"})  # fmt: skip
