"""This module's part of the demo company: a server of Tryton was named, and nobody has put it up yet."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm_tryton.rpc import silent
from plugins.crm_tryton.services import connections, running
from plugins.crm_tryton.text import FIELDS, USUAL
from remit.demo import Demo, acting
from remit.models import Unit
from remit.webhooks import unknown_host

HOST = "tryton.lingke.example"
#: The rep and the head of follow-up, as Tryton numbers them.
EMPLOYEES = "LK020 = 7\nLK011 = 4"


def give_demo(session: Session, demo: Demo) -> None:
    """Written by the director of marketing; a company without her, or without leads, gets none of it."""
    found = connections.words(session)
    director = demo.actors.get("linan")
    if director is None or connections.missing(session, found):
        return
    unit_id = session.scalars(select(Unit.id).where(Unit.code == "MKT-ACQ")).one()
    with acting(session, director):
        made = connections.save(session, director, None, {
            "title": "集团 Tryton", "unit_id": unit_id, "url": f"https://{HOST}", "database": "lingke",
            "login": "remit", "password": "lingke-tryton-2026", "company": 1, "fallback": 1, "employees": EMPLOYEES,
            "channel": "referral", "reason": "price", "is_on": True,
            **{f"rule_{name}": USUAL[name] for name in FIELDS},
        })  # fmt: skip
    # Names that end in .example belong to nobody, so that any run comes to just this.
    running.begun(session, made.id)
    running.missed(session, made.id, silent(unknown_host(HOST)))
