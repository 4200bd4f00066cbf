"""Who listens on a live page: the same cookie and sessions table as for pages, asked where there is no web app."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.identity import services
from core.identity.models import Account, SignedInSession
from core.live.hearing import Reader

if TYPE_CHECKING:
    from core.kernel.house import House
    from core.web.security import CookieReader

#: Under this name Flask-Login keeps the session's token in the cookie.
TOKEN = "_user_id"  # noqa: S105 -- the name of it


class SignedInReaders:
    """Answers the live process. Listening is no use of a session: who only listens is signed out in time."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._idle = timedelta(minutes=house.config.idle_minutes)
        self._cookie: CookieReader | None = None

    def by_cookie(self, session: Session, cookies: str) -> Reader | None:
        """Who the header ``Cookie`` belongs to; None when nobody is signed in, or must change his password first."""
        token = self._reader().read(cookies).get(TOKEN)
        found = services.session_of(session, token, idle=self._idle) if isinstance(token, str) else None
        if found is None or found[1].must_change_password:
            return None
        return Reader(found[0].id, services.actor_of(found[1], zone=self._house.config.zone))

    def still(self, session: Session, session_ids: Collection[int]) -> Mapping[int, Actor]:
        """Those of the sessions that have not ended, and who they are now; one statement for all."""
        rows = session.execute(
            select(SignedInSession.id, Account)
            .join(Account, Account.id == SignedInSession.account_id)
            .where(
                SignedInSession.id.in_(session_ids), SignedInSession.revoked_at.is_(None), Account.is_active,
                SignedInSession.last_seen_at >= clock.now() - self._idle, Account.must_change_password.is_(False),
            )
        )
        return {number: services.actor_of(account, zone=self._house.config.zone) for number, account in rows}

    def _reader(self) -> CookieReader:
        if self._cookie is None:
            # The web framework is loaded by the one process that needs it here.
            from core.web.security import CookieReader, secret_of

            self._cookie = CookieReader(secret_of(self._house))
        return self._cookie
