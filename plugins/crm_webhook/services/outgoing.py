"""Telling other CRMs what happened to leads, in their own words: in order, each change once, signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as Rows
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from plugins.crm_webhook.models import Mapping, Sent, State
from plugins.crm_webhook.rules import apply_out, read_rules
from plugins.crm_webhook.services.work import WHY, desk_of, got_across, write_letter
from plugins.crm_webhook.text import OUT, _
from remit.base import DomainError, clock
from remit.contracts import LeadView
from remit.jobs import JobContext
from remit.services import system
from remit.text import Text, to_json
from remit.webhooks import Outcome, post, reach_of, signed_headers, wait_after

#: So many entries of the record are told between two commits of the cursor.
MOST = 50


class _Later(Exception):
    """The receiver takes nothing now; what it said is in ``outcome``."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("later")
        self.outcome = outcome


def send(context: JobContext, arguments: Rows[str, Any]) -> Rows[str, Any]:
    """Tell every receiver that is due what happened since it was told last."""
    del arguments
    with context.session(write=True) as session:
        ids = _due(session, clock.now())
    sent = 0
    for number, key in enumerate(ids):
        context.progress(number, len(ids))
        sent += _run(context, key)
    result = {"sent": sent}
    with context.session(write=True) as session:
        context.complete(session, result)
    return result


def _due(session: Session, now: datetime) -> list[int]:
    with system(session, WHY):
        return list(session.scalars(
            select(Mapping.id).join(State, State.mapping_id == Mapping.id)
            .where(Mapping.way == OUT, Mapping.is_on.is_(True), or_(State.next_at.is_(None), State.next_at <= now))
            .order_by(Mapping.id)
        ))  # fmt: skip


def _run(context: JobContext, mapping_id: int) -> int:
    sent, more = 0, True
    try:
        while more:
            count, more = _page(context, mapping_id)
            sent += count
            context.progress(sent, None)
    except _Later as later:
        why = later.outcome.error or _("The receiver takes nothing now.")
        with context.session(write=True) as session:
            missed(session, mapping_id, why)
        return sent
    with context.session(write=True) as session:
        state = _state(session, mapping_id)
        state.done_at, state.next_at, state.failures, state.error = clock.now(), None, 0, None
    return sent


def missed(session: Session, mapping_id: int, why: Text | str) -> None:
    """The receiver could not be told, and why; the next try waits the longer, the more in a row failed."""
    state = _state(session, mapping_id)
    state.failures += 1
    state.error, state.next_at = [to_json(why)], clock.now() + wait_after(state.failures)


def _page(context: JobContext, mapping_id: int) -> tuple[int, bool]:
    """Tell of the next changes, one commit for each that was told; how many, and whether there are more."""
    with context.session(write=True) as session:
        after = _state(session, mapping_id).cursor
        page = desk_of(session).changed(session, after, MOST)
    sent = 0
    for lead in page.leads:
        sent += tell(context, mapping_id, lead)
    with context.session(write=True) as session:
        _state(session, mapping_id).cursor = page.cursor
    return sent, page.cursor > after


def tell(context: JobContext, mapping_id: int, lead: LeadView) -> bool:
    """Tell of one lead as it stands, unless just that was told before. What cannot be mapped or is refused for good
    becomes a letter. Raises ``_Later`` while the receiver is away.
    """
    with context.session(write=True) as session, system(session, WHY):
        mapping = session.get_one(Mapping, mapping_id)
        key = f"lead-{lead.id}"
        try:
            body = apply_out(read_rules(mapping.rules, None), words_of(lead))
        except DomainError as wrong:
            write_letter(session, mapping, key, "", wrong)
            return False
        data = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        digest = hashlib.sha256(data).hexdigest()
        last = session.get(Sent, (mapping_id, lead.id))
        if last is not None and last.digest == digest:
            got_across(session, mapping, key)
            return False
        # The same change has the same number, however often it is sent; a lead that is again as it was has another.
        number = hashlib.sha256(f"{digest} {lead.changed_at.isoformat()}".encode()).hexdigest()[:24]
        headers = signed_headers(f"{key}-{number}", int(clock.now().timestamp()), data, [mapping.secret or ""])
        url, reach = mapping.url, reach_of(session)
    outcome = post(url, headers, data, reach)
    if outcome.error is not None and (outcome.away or outcome.status is None or outcome.status >= 500):
        raise _Later(outcome)
    with context.session(write=True) as session, system(session, WHY):
        mapping = session.get_one(Mapping, mapping_id)
        if outcome.error is not None:
            write_letter(session, mapping, key, "", DomainError("crm_webhook.refused", outcome.error))
            return False
        session.merge(Sent(mapping_id=mapping_id, lead_id=lead.id, digest=digest))
        got_across(session, mapping, key)
    return True


def words_of(lead: LeadView) -> dict[str, Any]:
    """A lead as the places of a mapping name it; the amount in whole units with two decimals."""
    amount = f"{lead.amount // 100}.{lead.amount % 100:02}" if lead.amount is not None else None
    return {"id": lead.id, "company": lead.company, "contact": lead.contact, "phone": lead.phone, "email": lead.email,
            "state": lead.state, "reason": lead.reason, "owner": lead.owner, "amount": amount,
            "currency": lead.currency, "changed_at": lead.changed_at.isoformat()}  # fmt: skip


def _state(session: Session, mapping_id: int) -> State:
    with system(session, WHY):
        return session.get_one(State, mapping_id, with_for_update=True, populate_existing=True)
