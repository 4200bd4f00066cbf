"""Carrying leads to Tryton: what happened to them since the last run, page by page."""

from __future__ import annotations

from collections.abc import Sequence

from plugins.crm_tryton.models import Link
from plugins.crm_tryton.rpc import Refused
from plugins.crm_tryton.services import opportunities
from plugins.crm_tryton.services.settling import settle
from plugins.crm_tryton.services.work import (
    MOST,
    Work,
    desk_of,
    got_across,
    links_by,
    state_of,
    told_of,
    waiting,
    write_letter,
)
from plugins.crm_tryton.text import OUT
from remit.base import clock
from remit.contracts import LEAD_LOST, LEAD_NEW, LEAD_WON, LeadView
from remit.text import Text

#: So many entries of the record are read again: a transaction that began earlier may have committed later.
AGAIN = 100


def send_page(work: Work, *, first: bool) -> bool:
    """Carry what happened next; False at the end of the record. The cursor moves only once all of it is kept."""
    with work.open() as session:
        after = state_of(session, work.setup.id).out_cursor
        page = desk_of(session).changed(session, max(after - AGAIN, 0) if first else after, MOST + AGAIN)
    if page.cursor > after or page.leads:
        carry(work, page.leads)
    with work.open() as session:
        state = state_of(session, work.setup.id)
        moved = page.cursor > state.out_cursor
        state.out_cursor = max(page.cursor, state.out_cursor)
    return moved


def carry(work: Work, leads: Sequence[LeadView]) -> None:
    """Make what Tryton does not have yet, and let the rest say the same on both sides."""
    leads = [one for one in leads if one.state]
    for start in range(0, len(leads), MOST):
        some = leads[start : start + MOST]
        with work.open() as session:
            some = waiting(session, work.setup, OUT, {one.id: (one, one.changed_at) for one in some})
            links = {one.lead_id for one in links_by(session, work.setup, leads=[one.id for one in some])}
        # What is over already was never theirs to follow up.
        fresh = [one for one in some if one.id not in links and one.state not in (LEAD_WON, LEAD_LOST)]
        _link(work, _made(work, fresh), fresh)
        _settle(work, some)


def _made(work: Work, fresh: Sequence[LeadView]) -> dict[int, int]:
    """The opportunities of new leads; where Tryton minds one of many, each is asked for alone."""
    if not fresh:
        return {}
    employees = {one.id: work.setup.employee_of(one.owner) for one in fresh}
    try:
        return opportunities.make(work.client, fresh, employees, work.setup.company)
    except Refused as refused:
        if len(fresh) > 1:
            return {key: number for one in fresh for key, number in _made(work, [one]).items()}
        _letter(work, fresh[0], refused.message)
        return {}


def _letter(work: Work, lead: LeadView, why: Text) -> None:
    with work.open() as session:
        write_letter(session, work.setup, OUT, lead.id, why, lead.changed_at)


def _link(work: Work, made: dict[int, int], fresh: Sequence[LeadView]) -> None:
    """Keep what was made. What both sides then say is what was sent; an opportunity begins as a lead."""
    if made:
        with work.open() as session:
            for one in fresh:
                if one.id in made:
                    said = {**told_of(one), "state": LEAD_NEW}
                    session.add(Link(
                        connection_id=work.setup.id, lead_id=one.id, opportunity=made[one.id], sent_at=clock.now(),
                        agreed={"ours": said, "theirs": said, "owner": one.owner},
                    ))  # fmt: skip
            got_across(session, work.setup, OUT, list(made))
        work.counts["made"] += len(made)


def _settle(work: Work, leads: Sequence[LeadView]) -> None:
    """Compare only what differs from what was agreed on: most of what is read again is known."""
    with work.open() as session:
        links = {one.lead_id: (one.opportunity, one.agreed)
                 for one in links_by(session, work.setup, leads=[one.id for one in leads])}  # fmt: skip
    differs = [one for one in leads if one.id in links and not _known(one, links[one.id][1])]
    if not differs:
        return
    there = {one.id: one for one in opportunities.read(
        work.client, [["id", "in", [links[one.id][0] for one in differs]]])}  # fmt: skip
    pairs = [(one, there[links[one.id][0]]) for one in differs if links[one.id][0] in there]
    settle(work, pairs, {key: agreed for key, (_number, agreed) in links.items()})


def _known(lead: LeadView, agreed: dict[str, object]) -> bool:
    return agreed.get("ours") == told_of(lead) and agreed.get("owner") == lead.owner
