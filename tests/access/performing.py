"""Figures, schemes, scores and collaboration bonuses in the matrix: their places in addresses, who holds what, rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from performance.models import (
    Goal,
    KeyResult,
    Kpi,
    KpiValue,
    KpiValueFile,
    KpiVersion,
    OutcomeTable,
    Proposal,
    Remark,
    Review,
    ReviewAnswer,
    ReviewAppeal,
    ReviewCycle,
    ReviewForm,
    ReviewSection,
    Reward,
    RewardAmount,
    RewardMeasure,
    RewardParty,
    RewardResult,
    Scheme,
    Score,
)
from remit.base import Actor
from remit.files import put
from tests.access.world import NOW, START, World, made

#: What stands in an address -> the kind of thing whose ids belong there.
OWNED = {
    "kpi_id": "kpi", "value_id": "kpi_value", "scheme_id": "scheme", "reward_id": "reward",
    "result_id": "reward_result", "goal_id": "goal", "key_result_id": "key_result", "proposal_id": "proposal",
    "review_id": "review", "answer_id": "review_answer", "cycle_id": "review_cycle", "form_id": "review_form",
    "peer_id": "review_peer", "performance.value_file number": "kpi_value_file",
}  # fmt: skip
OCTOBER = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 11, 1)}


def things(world: World, session: Session, name: str, place: dict[str, int]) -> dict[str, Any]:
    """One of each for an owner; their ids by kind."""
    employment = world.people[name]
    unit, entity = place["unit_id"], place["legal_entity_id"]
    person = employment.person_id
    kpi = made(session, Kpi, code=f"K-{name}", legal_entity_id=entity)
    made(session, KpiVersion, kpi_id=kpi.id, valid_from=START, title={"en": "Leads", "zh_CN": "线索"}, unit="count",
         grain="unit", curve=[], target=100)  # fmt: skip
    of_whom = {"grain": "person", "subject_id": employment.id, "person_id": person, "unit_id": unit,
               "legal_entity_id": entity, **OCTOBER}  # fmt: skip
    value = made(session, KpiValue, kpi_id=kpi.id, value=90, origin="manual", evidence="-", entered_at=NOW, **of_whom)
    sheet = put(session, Actor.system("tests"), b"leads", name="t.csv", kind="performance.evidence", keep_days=None)
    made(session, KpiValueFile, value_id=value.id, file_id=sheet.id)
    made(session, Score, points=9000, scored=1_000_000, computed_at=NOW, **of_whom)
    title = {"en": f"{name}'s", "zh_CN": name}
    common = {"title": title, "legal_entity_id": entity, "place_unit_id": unit, "valid_from": START,
              "drafted_by_person_id": person, "created_at": NOW, "state": "draft"}  # fmt: skip
    scheme = made(session, Scheme, code=f"S-{name}", version=1, person_id=person, **common)
    reward = made(session, Reward, code=f"R-{name}", pool="1", **common)
    made(session, RewardMeasure, reward_id=reward.id, name="leads", kpi_id=kpi.id, unit_id=unit)
    made(session, RewardParty, reward_id=reward.id, unit_id=unit, share="1")
    result = made(
        session, RewardResult, reward_id=reward.id, legal_entity_id=entity, place_unit_id=unit, month=202611,
        passed=True, pool=100, currency="CNY", computed_at=NOW, computed_by_person_id=person, **OCTOBER,
        lineage={"pool_formula": "1", "measures": [], "gates": [], "parties": []},
    )  # fmt: skip
    made(session, RewardAmount, result_id=result.id, employment_id=employment.id, person_id=person, unit_id=unit,
         amount=100)  # fmt: skip
    goal = made(session, Goal, title=f"{name}'s goal", grain="person", person_id=person, unit_id=unit,
                legal_entity_id=entity, drafted_by_person_id=person, created_at=NOW, **OCTOBER)  # fmt: skip
    way = made(session, KeyResult, goal_id=goal.id, title="Calls", unit="count", start=0, target=10, current=0,
               weight=1)  # fmt: skip
    table = made(session, OutcomeTable, legal_entity_id=entity, valid_from=date(2025, 1, 1 + employment.id % 28),
                 created_at=NOW)  # fmt: skip
    proposal = made(
        session, Proposal, table_id=table.id, employment_id=employment.id, person_id=person, unit_id=unit,
        legal_entity_id=entity, kind="training", points=5000, low=0, high=6000, rate=0, proposed_at=NOW, **OCTOBER,
    )  # fmt: skip
    return {
        "goal": goal.id, "key_result": way.id, "proposal": proposal.id,
        "kpi": kpi.id, "kpi_value": value.id, "kpi_value_file": sheet.id, "scheme": scheme.id,
        "reward": reward.id, "reward_result": result.id,
        **_reviews(world, session, name, place),
    }  # fmt: skip


def _reviews(world: World, session: Session, name: str, place: dict[str, int]) -> dict[str, Any]:
    """A form, a cycle that runs, a review with its own answer, a peer who is not confirmed, an appeal, a remark."""
    employment = world.people[name]
    person, unit, entity = employment.person_id, place["unit_id"], place["legal_entity_id"]
    other = world.people["luo" if name != "luo" else "zhao"].person_id
    title = {"en": f"{name}'s", "zh_CN": name}
    form = made(session, ReviewForm, code=f"F-{name}", version=1, title=title, legal_entity_id=entity, top=5,
                state="draft")  # fmt: skip
    made(session, ReviewSection, form_id=form.id, kind="rating", title=title, weight=1_000_000)
    cycle = made(
        session, ReviewCycle, code=f"C-{name}", title=title, legal_entity_id=entity, unit_id=unit, form_id=form.id,
        starts_on=date(2026, 7, 1), ends_on=date(2027, 1, 1), state="running", self_weight=0, manager_weight=1_000_000,
        matrix_weight=0, peer_weight=0, upward_weight=0,
    )  # fmt: skip
    review = made(session, Review, cycle_id=cycle.id, employment_id=employment.id, person_id=person, unit_id=unit,
                  legal_entity_id=entity, manager_person_id=other)  # fmt: skip
    answer = made(session, ReviewAnswer, review_id=review.id, part="self", writer_person_id=person, person_id=person)
    peer = made(session, ReviewAnswer, review_id=review.id, part="peer", writer_person_id=other, person_id=person,
                state="named")  # fmt: skip
    made(session, ReviewAppeal, review_id=review.id, person_id=person, unit_id=unit, legal_entity_id=entity,
         before=300, wanted=400, reason="-")  # fmt: skip
    made(session, Remark, kind="praise", writer_person_id=person, person_id=other, text="-")
    return {
        "review_form": form.id, "review_cycle": cycle.id, "review": review.id, "review_answer": answer.id,
        "review_peer": peer.id,
    }  # fmt: skip
