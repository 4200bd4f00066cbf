"""Which of the leads that come in are the same as each other, and as those that are there: for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_CAPTURE
from plugins.crm.models import Arrival, Lead
from plugins.crm.services.intake.bringing import Brought
from plugins.crm.services.leads.loading import load_many
from plugins.crm.text import MERGED, VOID
from remit.models import guard, keys_of

_MARK = [(LEAD_CAPTURE, "crm_lead")]
_CHUNK = 1000
#: What a lead is known by, the surest first.
_BY_PHONE, _BY_MAIL, _BY_COMPANY = 0, 1, 2
_Key = tuple[int, bytes | str]


@dataclass(slots=True)
class Same:
    """Positions of rows that are one lead, the leads that were there under any of their keys, the best match first."""

    rows: list[int]
    leads: list[Lead] = field(default_factory=list)


def same(session: Session, rows: Sequence[Brought]) -> list[Same]:
    """The rows put together by phone, mail address and company, each group with the leads it was met as before.

    Rows are put together before the store is asked, so the order in which they come changes nothing. Leads that were
    merged are followed to the one that stayed; those that were taken back are not met.
    """
    keys = _keys(session, rows)
    groups = _groups(keys)
    met = _met(session, {key for some in keys for key in some})
    leads = _staying(session, {one for found in met.values() for one in found})
    made = []
    for positions in groups:
        ranked: dict[int, int] = {}
        for key in {key for position in positions for key in keys[position]}:
            for lead_id in met.get(key, ()):
                if lead_id in leads:
                    ranked[lead_id] = min(key[0], ranked.get(lead_id, _BY_COMPANY))
        best = sorted(ranked, key=lambda one: (ranked[one], leads[one].id))
        made.append(Same(positions, list(dict.fromkeys(leads[one] for one in best))))
    return made


def _keys(session: Session, rows: Sequence[Brought]) -> list[list[_Key]]:
    ring = keys_of(session)
    phones = ring.blind_index_many([row.phone for row in rows], "crm_lead.phone")
    mails = ring.blind_index_many([row.email for row in rows], "crm_lead.email")
    found: list[list[_Key]] = []
    for row, phone, mail in zip(rows, phones, mails, strict=True):
        told = ((_BY_PHONE, phone), (_BY_MAIL, mail), (_BY_COMPANY, row.company_key))
        found.append([(kind, key) for kind, key in told if key])
    return found


def _groups(keys: Sequence[Iterable[_Key]]) -> list[list[int]]:
    """Positions that share a key, directly or through others, in the order of their first."""
    above = list(range(len(keys)))

    def top(one: int) -> int:
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    first: dict[_Key, int] = {}
    for position, some in enumerate(keys):
        for key in some:
            one, other = top(first.setdefault(key, position)), top(position)
            above[max(one, other)] = min(one, other)
    groups: dict[int, list[int]] = {}
    for position in range(len(keys)):
        groups.setdefault(top(position), []).append(position)
    return list(groups.values())


def _met(session: Session, keys: set[_Key]) -> dict[_Key, list[int]]:
    found: dict[_Key, list[int]] = {}
    ways: tuple[tuple[int, Any, Any], ...] = (
        (_BY_PHONE, Lead.id, Lead.phone_index),
        (_BY_PHONE, Arrival.lead_id, Arrival.phone_index),
        (_BY_MAIL, Lead.id, Lead.email_index),
        (_BY_MAIL, Arrival.lead_id, Arrival.email_index),
        (_BY_COMPANY, Lead.id, Lead.company_key),
    )
    for kind, ids, column in ways:
        wanted = sorted(key for known, key in keys if known == kind)
        for start in range(0, len(wanted), _CHUNK):
            some = select(ids, column).where(column.in_(wanted[start : start + _CHUNK])).order_by(ids)
            for lead_id, key in session.execute(guard.mark(some, _MARK)):
                found.setdefault((kind, key), []).append(lead_id)
    return found


def _staying(session: Session, ids: set[int]) -> dict[int, Lead]:
    """The leads of these ids as they stand now: a merged one is the one it went into, taken back ones are left out."""
    leads = load_many(session, ids)
    found: dict[int, Lead] = {}
    for lead_id, lead in leads.items():
        seen = {lead.id}
        while lead.state == MERGED and lead.merged_into_id is not None and lead.merged_into_id not in seen:
            seen.add(lead.merged_into_id)
            lead = leads.get(lead.merged_into_id) or load_many(session, {lead.merged_into_id})[lead.merged_into_id]
        if lead.state not in (VOID, MERGED):
            found[lead_id] = lead
    return found
