"""Putting into a house what other parts ask identity for, once, at start."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.history import NAMES
from core.audit.words import OBJECTS
from core.identity.listening import SignedInReaders
from core.identity.models import Account
from core.identity.names import names_of
from core.kernel.house import House
from core.live.hearing import READERS
from core.notify.people import ACCOUNTS, AccountFacts


def install(house: House) -> None:
    """Say who is behind an account: to the audit log by name, to notifications by person, to live pages by session."""
    house.session_info[NAMES] = names_of
    house.session_info[READERS] = SignedInReaders(house)
    house.session_info.setdefault(OBJECTS, {})["core_account"] = names_of
    house.session_info[ACCOUNTS] = accounts


def accounts(session: Session, ids: Collection[int], persons: Collection[int]) -> list[AccountFacts]:
    """The accounts of these ids and of these persons, for whoever tells people something."""
    wanted = Account.id.in_(ids) if ids else Account.person_id.in_(persons)
    rows = session.execute(
        select(Account.id, Account.person_id, Account.name, Account.locale, Account.is_active).where(wanted)
    )
    return [AccountFacts(*row) for row in rows]
