"""The company of the cases with enough people for reviews: sun, chen and four more under wang, who is under li."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from core.authority.document import parse
from core.authority.publish import publish
from core.org import services as org
from performance.models import Review, ReviewAnswer, ReviewCycle
from performance.services.reviews import cycles, forms, results, writing
from remit.base import Actor
from remit.services import system
from tests.core.authority.company import SYSTEM
from tests.performance.conftest import Office

#: Zhao runs cycles and calibrates, li decides appeals, everybody writes and signs.
LIST = """
list: CO
version: 19
effective_from: "2026-02-01"
positions:
  CEO:
    authority:
      R1: {can: "performance.review_form:edit", in: all, title: {zh: 起草, en: Drafts forms}}
      R2: {can: "performance.review_form:read", in: all, power: read, title: {zh: 查看, en: Sees forms}}
      R3: {can: "performance.cycle:run", in: all, title: {zh: 组织, en: Runs cycles}}
      R4: {can: "performance.cycle:read", in: all, power: read, title: {zh: 查看, en: Sees cycles}}
      R5: {can: "performance.review:read", in: all, power: read, title: {zh: 查看, en: Sees results}}
      R6: {can: "performance.review:calibrate", in: all, title: {zh: 校准, en: Calibrates}}
      R7: {can: "performance.score:read", in: all, power: read, title: {zh: 查看, en: Sees scores}}
  MD:
    authority:
      R1: {can: "performance.appeal:decide", in: all, title: {zh: 处理申诉, en: Decides appeals}}
  ACQ-H:
    authority:
      R1: {can: "performance.appeal:decide", in: all, title: {zh: 处理申诉, en: Decides appeals}}
everybody:
  authority:
    E1: {can: "performance.answer:read", in: self, power: read, title: {zh: 查看, en: Sees}}
    E2: {can: "performance.answer:write", in: self, title: {zh: 撰写, en: Writes}}
    E3: {can: "performance.review:read", in: self, power: read, title: {zh: 查看, en: Sees}}
    E4: {can: "performance.review:sign", in: self, title: {zh: 签署, en: Signs}}
    E5: {can: "performance.review:lead", in: self, title: {zh: 主持, en: Leads}}
    E6: {can: "performance.remark:read", in: self, power: read, title: {zh: 查看, en: Sees}}
    E7: {can: "performance.remark:write", in: self, title: {zh: 反馈, en: Writes}}
    E8: {can: "performance.appeal:read", in: self, power: read, title: {zh: 查看, en: Sees}}
"""
MORE = ("an", "bo", "cai", "ding")
SECTIONS = [
    {"kind": "rating", "title": {"en": "Results", "zh_CN": "业绩"}, "weight": 600_000},
    {"kind": "rating", "title": {"en": "Cooperation", "zh_CN": "协作"}, "weight": 400_000},
    {"kind": "text", "title": {"en": "Words", "zh_CN": "评语"}, "weight": 0},
]
WEIGHTS = {"self_weight": 100_000, "manager_weight": 500_000, "matrix_weight": 100_000, "peer_weight": 200_000,
           "upward_weight": 100_000}  # fmt: skip


@dataclass
class Reviewing:
    """Everything that happens to a cycle, each in a transaction of its own."""

    office: Office

    def actor(self, name: str) -> Actor:
        """Somebody."""
        return self.office.company.actor(name)

    def person(self, name: str) -> int:
        """His id."""
        found: int = self.office.company.people[name].person_id
        return found

    def session(self, who: Actor, *, write: bool = False) -> Any:
        """A session of somebody."""
        return self.office.company.house.session(who, write=write)

    def form(self, **more: Any) -> int:
        """A form that is ready; its id."""
        zhao = self.office.zhao
        with self.session(zhao, write=True) as session:
            made = forms.draft(session, zhao, None, {
                "code": "F", "title": {"en": "Form", "zh_CN": "考评表"}, "top": 5, "sections": SECTIONS,
                "legal_entity_id": self.office.company.entity.id} | more)  # fmt: skip
            forms.make_ready(session, zhao, made)
            return made.id

    def told(self, form: int, **more: Any) -> dict[str, Any]:
        """What a cycle is drafted from: the first half year of 2026, in marketing."""
        return {
            "code": "C", "title": {"en": "Cycle", "zh_CN": "考评"}, "unit_id": self.office.unit("MKT"), "form_id": form,
            "starts_on": date(2026, 1, 1), "ends_on": date(2026, 7, 1), "counted_on": date(2026, 3, 20),
            "self_until": date(2026, 3, 25), "peers_until": date(2026, 3, 26), "manager_until": date(2026, 3, 27),
            "calibrated_until": date(2026, 3, 28), "signed_until": date(2026, 3, 31), "guide": None, **WEIGHTS, **more,
        }  # fmt: skip

    def cycle(self, **more: Any) -> int:
        """A cycle that runs; its id."""
        zhao, form = self.office.zhao, self.form()
        with self.session(zhao, write=True) as session:
            made = cycles.draft(session, zhao, None, self.told(form, **more))
            cycles.open_(session, zhao, made)
            return made.id

    def step(self, cycle: int, act: Any) -> None:
        """Zhao takes a cycle on."""
        zhao = self.office.zhao
        with self.session(zhao, write=True) as session:
            with system(session, "tests"):
                found = session.get_one(ReviewCycle, cycle)
            act(session, zhao, found)

    def review(self, session: Any, name: str, cycle: int) -> Review:
        """Somebody's review in a cycle."""
        with system(session, "tests"):
            found: Review = session.scalars(select(Review).where(
                Review.person_id == self.person(name), Review.cycle_id == cycle)).one()  # fmt: skip
        return found

    def answers(self, name: str, cycle: int) -> list[ReviewAnswer]:
        """Who writes about somebody."""
        with self.session(SYSTEM) as session:
            review = self.review(session, name, cycle)
            with system(session, "tests"):
                rows = list(session.scalars(select(ReviewAnswer).where(ReviewAnswer.review_id == review.id)))
            session.expunge_all()
        return rows

    def peer(self, about: str, who: str, cycle: int, *, by: str = "wang") -> None:
        """A peer is named by somebody; by the manager, he is asked at once."""
        with self.session(self.actor(by), write=True) as session:
            number = self.office.company.people[who].number
            writing.name_peer(session, self.actor(by), self.review(session, about, cycle), number)

    def write(self, who: str, about: str, cycle: int, ratings: tuple[int, int], words: str = "") -> None:
        """Somebody hands his answer in."""
        actor = self.actor(who)
        with self.session(actor, write=True) as session:
            review = self.review(session, about, cycle)
            with system(session, "tests"):
                answer = session.scalars(select(ReviewAnswer).where(
                    ReviewAnswer.review_id == review.id, ReviewAnswer.writer_person_id == actor.person_id)).one()
                keys = [one.id for one in forms.sections_of(
                    session, forms.form_of(session, cycles.cycle_of(session, review.cycle_id).form_id))]
            writing.give(session, actor, answer, dict(zip(keys, (*ratings, words), strict=True)))

    def result(self, who: str, about: str, cycle: int) -> results.Result | None:
        """What somebody may read of a review."""
        actor = self.actor(who)
        with self.session(actor) as session:
            found, stand = results.review_of(session, actor, self.review(session, about, cycle).id)
            told = cycles.cycle_of(session, cycle)
            made = results.result_of(session, actor, found, told, stand, forms.form_of(session, told.form_id))
            session.expunge_all()
        return made


def reviewing(office: Office) -> Reviewing:
    """Four more specialists under wang, and the list."""
    company = office.company
    with company.house.session(SYSTEM, write=True) as session:
        org.change_position(session, SYSTEM, company.positions["ACQ-S"], date(2025, 1, 1), headcount=9)
        for number, name in enumerate(MORE):
            company.people[name] = org.hire(session, SYSTEM, number=f"M{number}", name=name,
                                            position=company.positions["ACQ-S"], hired_on=date(2025, 1, 1))
        publish(session, SYSTEM, parse(LIST, source="reviews.yaml"))
    return Reviewing(office)
