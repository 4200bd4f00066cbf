"""Bringing back what was changed in Tryton: what follows a moment, page by page, by number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from plugins.crm_tryton.models import Link
from plugins.crm_tryton.services import opportunities
from plugins.crm_tryton.services.opportunities import Opportunity
from plugins.crm_tryton.services.settling import settle
from plugins.crm_tryton.services.work import (
    MOST,
    Work,
    agree,
    desk_of,
    got_across,
    links_by,
    state_of,
    waiting,
    write_letter,
)
from plugins.crm_tryton.text import IN
from remit.base import clock
from remit.contracts import LeadView

#: So long before the last change that was seen is read again: what began earlier may be there later.
AGAIN = timedelta(minutes=1)


def fetch_page(work: Work) -> bool:
    """Bring back the next opportunities that were changed; False at the end, where the moment moves on."""
    setup = work.setup
    with work.open() as session:
        state = state_of(session, setup.id)
        since, after = state.in_since, state.in_id
    domain = opportunities.changed_since(since - AGAIN if since is not None else None, after, setup.company)
    found = opportunities.read(work.client, domain, MOST)
    bring(work, found)
    with work.open() as session:
        state = state_of(session, setup.id)
        seen = [one.at for one in found] + ([state.in_seen] if state.in_seen is not None else [])
        state.in_seen = max(seen, default=None)
        if len(found) == MOST:
            state.in_id = found[-1].id
            return True
        state.in_since, state.in_id, state.in_seen = max(filter(None, (since, state.in_seen)), default=None), 0, None
    return False


def bring(work: Work, found: Sequence[Opportunity]) -> None:
    """Take in what began there, and let the rest say the same on both sides."""
    if not found:
        return
    with work.open() as session:
        found = waiting(session, work.setup, IN, {one.id: (one, one.at) for one in found})
        links = {one.opportunity: (one.lead_id, one.agreed)
                 for one in links_by(session, work.setup, there=[one.id for one in found])}  # fmt: skip
        known = [one for one in found if one.id in links and links[one.id][1].get("theirs") != one.told()]
        leads = {one.id: one for one in desk_of(session).look(session, [links[one.id][0] for one in known])}
    _take(work, [one for one in found if one.id not in links])
    pairs: list[tuple[LeadView, Opportunity]] = [
        (leads[links[one.id][0]], one) for one in known if links[one.id][0] in leads
    ]
    if pairs:
        settle(work, pairs, dict(links.values()))


def _take(work: Work, fresh: Sequence[Opportunity]) -> None:
    """Leads of opportunities that nobody here knows and that are still open there; each is taken in or a letter."""
    fresh = [one for one in fresh if one.stands in ("lead", "opportunity")
             and not one.reference.startswith("remit:")]  # fmt: skip
    if not fresh:
        return
    with work.open() as session:
        desk = desk_of(session)
        taken = desk.take(session, work.setup.source, [
            {"channel": work.setup.channel, "company": one.company, "contact": one.contact[:80], "phone": one.phone,
             "email": one.email, "external_id": str(one.id)}
            for one in fresh
        ])  # fmt: skip
        views = {one.id: one for one in desk.look(session, [one.id for one in taken if one.id is not None])}
        has = {one.lead_id for one in links_by(session, work.setup, leads=list(views))} if views else set()
        for there, one in zip(fresh, taken, strict=True):
            if one.error is not None:
                write_letter(session, work.setup, IN, there.id, one.error.message, there.at)
            elif one.id in views and one.id not in has:
                has.add(one.id)
                link = Link(connection_id=work.setup.id, lead_id=one.id, opportunity=there.id, sent_at=clock.now())
                agree(link, views[one.id], there)
                session.add(link)
                work.counts["taken"] += 1
        got_across(session, work.setup, IN, [
            there.id for there, one in zip(fresh, taken, strict=True) if one.error is None
        ])  # fmt: skip
