"""The demo company's simple requests: the forms it uses, one that waits and one that was approved."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from core.authority.acting import acting
from core.workflow import tasks
from core.workflow.actions import FORM
from core.workflow.designing import starters
from core.workflow.forms import services

if TYPE_CHECKING:
    from core.contracts.demo import Demo


def write(session: Session, demo: Demo) -> None:
    """Put the forms in force and ask twice; where the people of the story are."""
    keeper = demo.actors.get("wangfang")
    if keeper is None:
        return
    with acting(session, keeper):
        for name in starters.starters():
            starters.take_over(session, keeper, name)
    day = demo.today + timedelta(days=3)
    _ask(session, demo, "zhoulei", "seal_use", {
        "seal": "contract", "document": "抖音广告投放合同", "copies": 3, "taken_out": False,
        "reason": "四季度投放框架合同",
    })  # fmt: skip
    _ask(session, demo, "liuyang", "trip", {
        "destination": "杭州", "first_day": day, "last_day": day + timedelta(days=1), "cost": 260_000,
        "reason": "拜访客户，讲解方案",
    }, decider="gaofei")  # fmt: skip


def _ask(
    session: Session, demo: Demo, login: str, form: str, values: dict[str, Any], decider: str = ""
) -> None:
    who = demo.actors.get(login)
    if who is None:
        return
    with acting(session, who):
        kind = services.kind_named(session, f"{FORM}:{form}")
        run = services.hand_in(session, who, kind, values)
    for task in tasks.open_tasks(session, run) if decider in demo.actors else ():
        with acting(session, demo.actors[decider]):
            tasks.answer(session, demo.actors[decider], task.id, "approved", seen=task.digest, comment="同意")
