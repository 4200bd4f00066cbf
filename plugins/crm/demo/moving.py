"""Money of the demo company that moved from one budget to another, asked for and agreed to by its own people."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.models import Budget, Campaign
from plugins.crm.services import transfers
from remit.demo import Demo, acting
from remit.services import system
from remit.workflow import decide, open_tasks

#: From and to which campaign's budget, how many fen, and why.
MOVED = ("2026-10-WX", "2026-11-ZH", 200_000, "10 月微信广告未用完；知乎专栏每元带来的收入更高")


def give_moving(session: Session, demo: Demo) -> None:
    """The head of acquisition asks, the director of marketing agrees; a company without these budgets gets none."""
    source, target, amount, reason = MOVED
    with system(session, "the budgets of the demo company"):
        rows = session.execute(select(Campaign.code, Budget.id).join(Budget, Budget.campaign_id == Campaign.id).where(
            Campaign.code.in_((source, target)), Budget.ends_on > demo.today))  # fmt: skip
        found = {row.code: row.id for row in rows}
    if set(found) != {source, target}:
        return
    head, director = demo.actors["chenjing"], demo.actors["linan"]
    with acting(session, head):
        made = transfers.draft(session, head, None, {
            "from_budget_id": found[source], "to_budget_id": found[target], "amount": amount, "reason": reason,
        })  # fmt: skip
        run = transfers.submit(session, head, made)
    for task in open_tasks(session, run):
        with acting(session, director):
            decide(session, director, task.id, "approved", seen=task.digest, comment="同意，投到效果更好的渠道")
