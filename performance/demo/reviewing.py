"""The reviews of the demo company: marketing in the first half of 2026, finished, and everybody in the second, running.

Zhou Lei was reviewed by four peers, Zou Fan by three, who are therefore not told; Zhou Lei contested her result. What
people without an account of the story wrote is handed in for them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.models import Review, ReviewAnswer, ReviewCycle, ReviewForm
from performance.services.reviews import cycles, forms, remarks, results, signing, writing
from remit.base import Actor
from remit.demo import Demo, acting
from remit.models import Unit
from remit.services import system
from remit.workflow import decide, open_tasks

OTHERS = Actor.system("people of the demo without an account write their reviews")
#: Kind, weight in percent, titles.
SECTIONS: tuple[tuple[str, int, str, str], ...] = (
    ("rating", 50, "Results", "工作业绩"), ("rating", 30, "Cooperation", "团队协作"),
    ("rating", 20, "Learning", "学习与改进"), ("text", 0, "What went well", "主要成绩"),
    ("text", 0, "What to do better", "改进建议"),
)  # fmt: skip
#: Who writes about whom, the three ratings and two texts; in the order in which it was handed in.
WRITTEN: tuple[tuple[str, str, tuple[int, int, int], str, str], ...] = (
    ("LK025", "LK025", (4, 4, 4), "完成全年投放预算的半程目标，线索成本下降 8%", "加强素材复盘"),
    ("LK014", "LK025", (3, 4, 4), "投放稳定，配合销售及时", "提高线索转化率"),
    ("LK043", "LK025", (4, 5, 4), "渠道数据共享及时", ""), ("LK049", "LK025", (4, 4, 3), "耐心解答投放问题", ""),
    ("LK058", "LK025", (5, 4, 4), "带新人细致", "多做经验分享"),
    ("LK030", "LK025", (4, 4, 4), "与品牌组配合顺畅", ""),
    ("LK043", "LK043", (4, 3, 4), "社群人数翻倍", "跟进活跃度"),
    ("LK014", "LK043", (4, 3, 3), "社群运营有起色", "主动沟通"),
    ("LK025", "LK043", (4, 3, 3), "响应及时", ""), ("LK049", "LK043", (3, 4, 3), "愿意帮忙", ""),
    ("LK058", "LK043", (4, 4, 4), "", ""),
    ("LK049", "LK049", (4, 4, 4), "试用转化流程上线", ""), ("LK014", "LK049", (4, 5, 5), "流程梳理清楚", ""),
    ("LK058", "LK058", (3, 4, 4), "入职两周，熟悉投放平台", ""), ("LK014", "LK058", (3, 3, 3), "上手较快", ""),
    ("LK014", "LK014", (4, 4, 4), "带队完成线索目标", "授权更多"),
    ("LK007", "LK014", (4, 5, 4), "团队稳定，目标达成", ""),
    ("LK025", "LK014", (4, 5, 4), "目标讲得清楚", ""), ("LK043", "LK014", (4, 4, 4), "", "反馈可以更及时"),
    ("LK049", "LK014", (5, 5, 4), "愿意听意见", ""), ("LK058", "LK014", (4, 4, 4), "", ""),
    ("LK013", "LK013", (4, 4, 4), "品牌曝光增长", ""), ("LK007", "LK013", (4, 4, 4), "活动质量高", "控制预算"),
    ("LK030", "LK013", (4, 4, 4), "支持有力", ""), ("LK040", "LK013", (4, 3, 4), "", ""),
    ("LK052", "LK013", (4, 4, 5), "", ""),
    ("LK013", "LK030", (4, 4, 4), "公众号阅读量稳步上升", ""), ("LK013", "LK040", (3, 3, 3), "短视频质量提升", ""),
    ("LK013", "LK052", (4, 4, 3), "活动执行到位", ""), ("LK001", "LK007", (4, 4, 4), "部门目标达成", ""),
    ("LK007", "LK007", (4, 4, 4), "市场与销售协作改善", ""),
)  # fmt: skip
#: Potential by the manager, 1 to 3.
POTENTIAL = {"LK025": 3, "LK043": 2, "LK049": 3, "LK058": 2, "LK014": 3, "LK013": 2, "LK030": 2, "LK040": 1,
             "LK052": 2}  # fmt: skip
#: What is written already of the cycle that runs.
BEGUN: tuple[tuple[str, str, tuple[int, int, int], str, str], ...] = (
    ("LK043", "LK043", (4, 4, 4), "社群转化率提高到 12%", ""),
    ("LK020", "LK020", (4, 4, 3), "第四季度成单目标完成", ""),
    ("LK014", "LK049", (4, 4, 5), "试用转化率提升明显", ""),
)  # fmt: skip
#: Writer, to whom, kind, text.
REMARKS = (
    ("chenjing", "LK025", "feedback", "双十一投放复盘做得扎实，建议把素材测试结果分享给社群组。"),
    ("linan", "LK014", "praise", "十月线索质量明显提升，谢谢你和团队。"),
    ("chenjing", "LK025", "note", "面谈：明年希望参与客户调研，先从每周两天开始。"),
    ("chenjing", "LK025", "private", "下次面谈前了解销售部的安排。"),
)
_WEIGHTS = {"self_weight": 100_000, "manager_weight": 500_000, "matrix_weight": 100_000, "peer_weight": 200_000,
            "upward_weight": 100_000}  # fmt: skip


def give_reviewing(session: Session, demo: Demo) -> None:
    """Write it."""
    personnel = demo.actors["wangfang"]
    units = {code: number for number, code in session.execute(select(Unit.id, Unit.code))}
    with acting(session, personnel):
        form = forms.draft(session, personnel, None, {
            "code": "STAFF", "title": {"zh_CN": "员工考核表", "en": "Review of staff"}, "top": 5,
            "legal_entity_id": demo.legal_entity_id, "sections": [
                {"kind": kind, "weight": 10_000 * weight, "title": {"en": en, "zh_CN": zh}}
                for kind, weight, en, zh in SECTIONS
            ],
        })  # fmt: skip
        forms.make_ready(session, personnel, form)
    _first(session, demo, form, units["MKT"])
    _second(session, demo, form, units["LK"])
    for login, number, kind, text in REMARKS:
        with acting(session, demo.actors[login]):
            remarks.write(session, demo.actors[login], {
                "kind": kind, "number": number, "day": demo.today, "text": text})  # fmt: skip


def _told(form: ReviewForm, unit_id: int, code: str, zh: str, en: str, days: dict[str, date]) -> dict[str, Any]:
    return {"code": code, "title": {"zh_CN": zh, "en": en}, "unit_id": unit_id, "form_id": form.id,
            "guide": [50_000, 150_000, 500_000, 250_000, 50_000], **_WEIGHTS, **days}  # fmt: skip


def _days(*days: date) -> dict[str, date]:
    return dict(zip(cycles.DEADLINES, days, strict=True))


def _first(session: Session, demo: Demo, form: ReviewForm, unit_id: int) -> None:
    """The first half of 2026: written, calibrated, told, contested once, finished. Its days are put right at the end,
    as the story is told on one day."""
    personnel, later = demo.actors["wangfang"], demo.today + timedelta(days=7)
    told = _told(form, unit_id, "2026-H1", "2026 年上半年绩效考核", "Reviews of the first half of 2026", {
        "starts_on": date(2026, 1, 1), "ends_on": date(2026, 7, 1), "counted_on": date(2026, 6, 30),
        **_days(*[later] * 5),
    })  # fmt: skip
    with acting(session, personnel):
        cycle = cycles.draft(session, personnel, None, told)
        cycles.open_(session, personnel, cycle)
    reviews = _reviews(session, demo, cycle)
    head = demo.actors["chenjing"]
    with acting(session, head):
        for number, about in (*((one, "LK025") for one in ("LK043", "LK049", "LK058", "LK030")),
                              *((one, "LK043") for one in ("LK025", "LK049", "LK058"))):  # fmt: skip
            writing.name_peer(session, head, reviews[about], number)
    _write(session, demo, reviews, WRITTEN)
    with acting(session, personnel):
        with system(session, "potential as the managers of the demo see it"):
            for number, potential in POTENTIAL.items():
                results.set_potential(session, OTHERS, reviews[number], potential)
        cycles.calibrate(session, personnel, cycle)
        results.move(session, personnel, reviews["LK049"], 460, "试用转化流程为全公司采用，校准会一致同意上调")
        cycles.tell(session, personnel, cycle)
    for login, number, said in (("linan", "LK007", "agreed"), ("chenjing", "LK014", "agreed"),
                                ("tangxue", "LK013", "seen")):  # fmt: skip
        with acting(session, demo.actors[login]):
            signing.sign(session, demo.actors[login], reviews[number], said)
    _appeal(session, demo, reviews["LK025"])
    with acting(session, personnel):
        cycles.draft(session, personnel, cycle, told | _days(
            date(2026, 7, 10), date(2026, 7, 15), date(2026, 7, 20), date(2026, 7, 28), date(2026, 8, 7)))
        cycles.close(session, personnel, cycle)


def _appeal(session: Session, demo: Demo, review: Review) -> None:
    reviewed, director = demo.actors["zhoulei"], demo.actors["linan"]
    with acting(session, reviewed):
        run = signing.appeal(session, reviewed, review, 400, "二季度线索成本下降 8% 未计入业绩评分")
    for task in open_tasks(session, run):
        with acting(session, director):
            decide(session, director, task.id, "approved", seen=task.digest, comment="经核对投放数据，同意调整")


def _second(session: Session, demo: Demo, form: ReviewForm, unit_id: int) -> None:
    """The second half of 2026 runs: everybody has something to write."""
    personnel, reviewed, head = demo.actors["wangfang"], demo.actors["zhoulei"], demo.actors["chenjing"]
    with acting(session, personnel):
        cycle = cycles.draft(session, personnel, None, _told(
            form, unit_id, "2026-H2", "2026 年下半年绩效考核", "Reviews of the second half of 2026", {
                "starts_on": date(2026, 7, 1), "ends_on": date(2027, 1, 1), "counted_on": demo.today,
                **_days(date(2026, 12, 11), date(2026, 12, 18), date(2026, 12, 25), date(2027, 1, 8),
                        date(2027, 1, 15)),
            }))  # fmt: skip
        cycles.open_(session, personnel, cycle)
    reviews = _reviews(session, demo, cycle)
    with acting(session, reviewed):
        for number in ("LK043", "LK020"):
            writing.name_peer(session, reviewed, reviews["LK025"], number)
    with acting(session, head):
        for number in ("LK049", "LK013"):
            writing.name_peer(session, head, reviews["LK025"], number)
    _write(session, demo, reviews, BEGUN)


def _reviews(session: Session, demo: Demo, cycle: ReviewCycle) -> dict[str, Review]:
    numbers = {one.employment_id: number for number, one in demo.people.items()}
    with system(session, "the reviews of the demo"):
        rows = session.scalars(select(Review).where(Review.cycle_id == cycle.id))
        return {numbers[one.employment_id]: one for one in rows}


def _write(
    session: Session, demo: Demo, reviews: dict[str, Review],
    written: tuple[tuple[str, str, tuple[int, int, int], str, str], ...],
) -> None:
    logins = {one.person_id: one for one in demo.actors.values()}
    with system(session, "what was asked in the reviews of the demo"):
        asked = {(one.review_id, one.writer_person_id): one for one in session.scalars(select(ReviewAnswer).where(
            ReviewAnswer.review_id.in_([one.id for one in reviews.values()])))}  # fmt: skip
        form = forms.form_of(session, cycles.cycle_of(session, next(iter(reviews.values())).cycle_id).form_id)
        keys = [one.id for one in forms.sections_of(session, form)]
    for writer, about, ratings, well, better in written:
        person = demo.people[writer].person_id
        actor = logins.get(person, OTHERS)
        with acting(session, actor):
            writing.give(session, actor, asked[reviews[about].id, person],
                         dict(zip(keys, (*ratings, well, better), strict=True)))  # fmt: skip
