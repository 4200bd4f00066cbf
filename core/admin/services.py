"""What administration does beyond asking identity and the kernel: the state of modules, and ending accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import Text, catalogue
from core.identity.models import AccessToken, Account, SignedInSession
from core.identity.services import revoke_others
from core.kernel import state
from core.kernel.house import of

_ = catalogue("admin")

MANAGE = "identity.account:manage"


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """An installed module as the operator sees it. ``state`` is on, off, failed or blocked."""

    name: str
    title: Text | str
    version: str
    state: str
    problem: str


def modules(session: Session) -> list[ModuleLine]:
    """Every installed module with its state; a failed one with its traceback."""
    on = state.read(session)
    return [
        ModuleLine(
            name, found.manifest.title if found.manifest else name, found.manifest.version if found.manifest else "",
            found.state if found.state != "loaded" else "on" if name in on else "off", found.problem,
        )
        for name, found in of(session).registry.modules.items()
    ]


def accounts(session: Session, actor: Actor) -> Sequence[tuple[Account, int]]:
    """Every account with the number of its signed-in devices."""
    require(session, actor, MANAGE)
    devices = (
        select(SignedInSession.account_id, func.count().label("devices"))
        .where(SignedInSession.revoked_at.is_(None))
        .group_by(SignedInSession.account_id)
        .subquery()
    )
    rows = session.execute(
        select(Account, func.coalesce(devices.c.devices, 0))
        .outerjoin(devices, devices.c.account_id == Account.id)
        .order_by(Account.login)
    )
    return [(account, int(count)) for account, count in rows]


def set_active(session: Session, actor: Actor, account_id: int, *, active: bool) -> Account:
    """Deactivate an account, which ends its devices and tokens at once, or let it sign in again.

    Raises ``DomainError`` for one's own account: the last one who could undo it would be locked out.
    """
    require(session, actor, MANAGE)
    account = _account(session, account_id)
    if account.id == actor.account_id:
        raise DomainError("account.own", _("Nobody deactivates his own account; ask a colleague."))
    account.is_active = active
    if not active:
        end_sessions(session, actor, account_id)
        for token in session.scalars(
            select(AccessToken).where(AccessToken.account_id == account.id, AccessToken.revoked_at.is_(None))
        ):
            token.revoked_at = clock.now()
    session.flush()
    return account


def end_sessions(session: Session, actor: Actor, account_id: int) -> int:
    """Sign an account out everywhere; returns the number of devices."""
    require(session, actor, MANAGE)
    return revoke_others(session, _account(session, account_id).id, None)


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("account.unknown", _("There is no such account."))
    return account
