"""Letting a lead and its opportunity say the same, whichever way the change came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from plugins.crm_tryton.rpc import Refused
from plugins.crm_tryton.services import opportunities
from plugins.crm_tryton.services.merging import Merged, merge
from plugins.crm_tryton.services.opportunities import Opportunity
from plugins.crm_tryton.services.work import Work, agree, desk_of, got_across, links_by, told_of, write_letter
from plugins.crm_tryton.text import IN, OUT, _
from remit.base import DomainError, clock
from remit.contracts import LEAD_LOST, LEAD_WON, LeadMove, LeadView
from remit.text import Text

#: The currency that deals are sold in here.
CURRENCY = "CNY"
#: What came of telling Tryton: how its opportunity is now, or why it refused.
Told = tuple[Opportunity, Text | None]


def settle(
    work: Work, pairs: Sequence[tuple[LeadView, Opportunity]], agreed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Tell Tryton what changed here, then write what changed there; one commit for all of them.

    ``agreed`` is what each link kept, by lead. What one side refuses becomes a letter and is left as it was.
    """
    merged: dict[int, Merged] = {}
    told: dict[int, Told] = {}
    for lead, there in pairs:
        kept = agreed.get(lead.id, {})
        found = merged[lead.id] = merge(
            told_of(lead), there.told(), kept, work.setup.rules,
            ours_at=lead.changed_at, theirs_at=there.at,
        )  # fmt: skip
        told[lead.id] = _tell(work, lead, there, found, moved=kept.get("owner") != lead.owner)
    with work.open() as session:
        _keep(session, work, [lead for lead, _there in pairs], merged, told)


def _tell(work: Work, lead: LeadView, there: Opportunity, found: Merged, *, moved: bool) -> Told:
    values = dict(found.to_them)
    employee = work.setup.employee_of(lead.owner)
    if moved and there.employee != employee and there.stands in ("lead", "opportunity"):
        values["employee"] = str(employee)
    if not values:
        return there, None
    try:
        after = opportunities.write(work.client, there, values, lead)
    except Refused as refused:
        return there, refused.message
    work.counts["told"] += 1
    return after, None


def _keep(
    session: Session, work: Work, leads: Sequence[LeadView], merged: Mapping[int, Merged], told: Mapping[int, Told]
) -> None:
    desk, setup = desk_of(session), work.setup
    links = {one.lead_id: one for one in links_by(session, setup, leads=[one.id for one in leads])} if leads else {}
    now = {one.id: one for one in desk.look(session, [one.id for one in leads])}
    done: list[int] = []
    for seen in leads:
        there, refused = told[seen.id]
        if seen.id not in now or now[seen.id] != seen:
            continue  # somebody changed it meanwhile, so that it comes again
        if refused is not None:
            write_letter(session, setup, OUT, seen.id, refused, seen.changed_at)
            continue
        try:
            with session.begin_nested():
                _take_over(session, work, seen, there, merged[seen.id].to_us)
        except DomainError as wrong:
            write_letter(session, setup, IN, there.id, wrong.message, there.at)
            continue
        done.append(seen.id)
    after = {one.id: one for one in desk.look(session, done)}
    for key in done:
        agree(links[key], after[key], told[key][0])
    got_across(session, setup, OUT, done)
    got_across(session, setup, IN, [told[key][0].id for key in done])


def _take_over(session: Session, work: Work, lead: LeadView, there: Opportunity, values: Mapping[str, str]) -> None:
    """Write on a lead what Tryton says."""
    desk = desk_of(session)
    plain = {name: value for name, value in values.items() if name != "state"}
    if plain:
        desk.mend(session, lead.id, plain)
    state = values.get("state")
    if state is not None:
        if state == LEAD_WON and there.amount is not None and there.currency != CURRENCY:
            raise DomainError("crm_tryton.currency", _("Its amount is in {there}; deals here are in {here}.",
                              there=there.currency, here=CURRENCY))  # fmt: skip
        desk.move(session, lead.id, LeadMove(
            state, there.reason, work.setup.reason if state == LEAD_LOST else "", there.amount, clock.today(),
        ))  # fmt: skip
    if values:
        work.counts["taken"] += 1
