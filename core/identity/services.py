"""Accounts and signing in: throttled, with sessions that can be listed and revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import LOCALES, catalogue
from core.identity import passwords
from core.identity.models import AccessToken, Account, SignedInSession, SignInAttempt
from core.kernel.house import of

_ = catalogue("identity")

#: A write that is put off until the response stands.
Write = Callable[[Session], None]

THEMES = ("auto", "light", "dark")
TRIES = 5
WINDOW = timedelta(minutes=15)
BLOCK = timedelta(minutes=15)
#: last_seen is written at most this often, so that reading pages does not write a row each.
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was just opened: the account and the token for the cookie, which is shown only here."""

    account: Account
    token: str


def digest(token: str) -> str:
    """What of a token is stored: its SHA-256. Tokens are long random strings, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


# -- accounts --------------------------------------------------------------------------------------------------------


def create_account(
    session: Session, actor: Actor, *, login: str, name: str, password: str,
    person_id: int | None = None, locale: str = "zh_CN",
) -> Account:
    """Create an account that can sign in. Raises ``DomainError`` for a login taken or a weak password."""
    require(session, actor, "identity.account:create")
    login = login.strip().lower()
    if not login:
        raise DomainError("account.login", _("The sign-in name is missing."), "login")
    if session.scalar(select(Account.id).where(Account.login == login)) is not None:
        raise DomainError("account.taken", _("The sign-in name {login} is taken.", login=login), "login")
    passwords.check_strength(password, login)
    account = Account(
        login=login, name=name, person_id=person_id, locale=locale,
        password_hash=passwords.hash_password(password), created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    return account


def by_login(session: Session, login: str) -> Account:
    """The account of a sign-in name, for the command line. Raises ``NotFound`` naming it."""
    account = session.scalar(select(Account).where(Account.login == login.strip().lower()))
    if account is None or not account.is_active:
        raise NotFound("account.unknown", _("There is no active account {login}.", login=login))
    return account


def actor_of(account: Account, *, request_id: str = "", zone: str = clock.DEFAULT_ZONE) -> Actor:
    """The actor an account acts as."""
    return Actor(
        kind="person", name=account.name, account_id=account.id, person_id=account.person_id,
        locale=account.locale, zone=zone, request_id=request_id,
    )


def change_password(session: Session, account: Account, *, current: str, new: str) -> None:
    """Change one's own password; every other session of the account is ended."""
    if not passwords.verify(current, account.password_hash):
        raise DomainError("password.wrong", _("The current password is not right."), "current")
    passwords.check_strength(new, account.login)
    account.password_hash = passwords.hash_password(new)
    account.must_change_password = False
    session.flush()


def set_preferences(session: Session, account: Account, *, locale: str | None = None, theme: str | None = None) -> None:
    """Keep one's own language and theme; unknown values are refused."""
    if locale is not None:
        if locale not in LOCALES:
            raise DomainError("preference.locale", _("{value} is not a language offered here.", value=locale), "locale")
        account.locale = locale
    if theme is not None:
        if theme not in THEMES:
            raise DomainError("preference.theme", _("{value} is not a theme offered here.", value=theme), "theme")
        account.theme = theme
    session.flush()


# -- signing in ------------------------------------------------------------------------------------------------------


def sign_in(session: Session, *, login: str, password: str, device: str = "", address: str = "") -> SignedIn | None:
    """Open a session, or None when login and password do not fit.

    Failures are counted per login and per address in the database, so that many processes count together; the caller
    commits a failure as well. Raises ``DomainError`` (``signin.throttled``) while either is blocked, without looking
    at the password.
    """
    login = login.strip().lower()
    keys = [f"login:{login}"[:160], f"address:{address}"[:160]] if address else [f"login:{login}"[:160]]
    now = clock.now()
    attempts = {row.key: row for row in session.scalars(select(SignInAttempt).where(SignInAttempt.key.in_(keys)))}
    _refuse_blocked(attempts.values(), now)
    account = session.scalar(select(Account).where(Account.login == login, Account.is_active.is_(True)))
    if not passwords.verify(password, account.password_hash if account else None) or account is None:
        for key in sorted(keys):
            _count_failure(session, key, now)
        session.flush()
        return None
    if f"login:{login}" in attempts:
        session.delete(attempts[f"login:{login}"])
    token = secrets.token_urlsafe(32)
    session.add(
        SignedInSession(
            digest=digest(token), account_id=account.id, created_at=now, last_seen_at=now,
            device=device[:200], address=address[:60],
        )
    )
    session.flush()
    return SignedIn(account, token)


def _refuse_blocked(attempts: Iterable[SignInAttempt], now: datetime) -> None:
    blocked = [a.blocked_until for a in attempts if a.blocked_until and a.blocked_until > now]
    if blocked:
        minutes = int((max(blocked) - now).total_seconds() // 60) + 1
        raise DomainError(
            "signin.throttled",
            _("Too many failed sign-ins. Try again in {count} minute.",
              "Too many failed sign-ins. Try again in {count} minutes.", count=minutes),
        )


def _count_failure(session: Session, key: str, now: datetime) -> None:
    # Tries of several processes at once must all count: the row is there for certain, then locked, then raised.
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(SignInAttempt).values(key=key, failures=0, window_from=now).on_conflict_do_nothing()
    )
    attempt = session.scalars(
        select(SignInAttempt).where(SignInAttempt.key == key).with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if now - attempt.window_from > WINDOW:
        attempt.failures, attempt.window_from, attempt.blocked_until = 0, now, None
    attempt.failures += 1
    # An address is shared by a whole office, so it is allowed more failures than one login.
    if attempt.failures >= (TRIES if key.startswith("login:") else TRIES * 10):
        attempt.blocked_until = now + BLOCK


def session_of(session: Session, token: str, *, idle: timedelta) -> tuple[SignedInSession, Account] | None:
    """The live session and account behind a cookie's token in one statement, or None when revoked, idle or unknown."""
    row = session.execute(
        select(SignedInSession, Account)
        .join(Account, Account.id == SignedInSession.account_id)
        .where(SignedInSession.digest == digest(token), SignedInSession.revoked_at.is_(None), Account.is_active)
    ).one_or_none()
    if row is None or clock.now() - row[0].last_seen_at > idle:
        return None
    return row[0], row[1]


def touch(session: Session, session_id: int) -> None:
    """Note that a session was used; no change anybody made, so it leaves no trace in the audit log."""
    session.execute(
        update(SignedInSession).where(SignedInSession.id == session_id).values(last_seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def needs_touch(last: datetime | None) -> bool:
    """Whether the last use was noted long enough ago, or never, to note it again."""
    return last is None or clock.now() - last > SEEN_EVERY


def sessions_of(session: Session, account_id: int) -> Sequence[SignedInSession]:
    """The signed-in devices of an account, latest use first."""
    return session.scalars(
        select(SignedInSession)
        .where(SignedInSession.account_id == account_id, SignedInSession.revoked_at.is_(None))
        .order_by(SignedInSession.last_seen_at.desc())
    ).all()


def revoke(session: Session, account_id: int, session_id: int) -> None:
    """End one of one's own sessions. Raises ``NotFound`` for a session that is not one's own."""
    found = session.get(SignedInSession, session_id)
    if found is None or found.account_id != account_id:
        raise NotFound("session.unknown", _("That device is not signed in any more."))
    found.revoked_at = clock.now()
    session.flush()


def revoke_others(session: Session, account_id: int, keep_id: int | None) -> int:
    """End all sessions of an account but one; returns how many."""
    ended = 0
    for found in sessions_of(session, account_id):
        if found.id != keep_id:
            found.revoked_at = clock.now()
            ended += 1
    session.flush()
    return ended


# -- tokens ----------------------------------------------------------------------------------------------------------


def create_token(
    session: Session, actor: Actor, *, name: str, scopes: Sequence[str], days: int | None = 90
) -> tuple[AccessToken, str]:
    """A personal token limited to some actions; the token itself is returned only here.

    Raises ``DomainError`` for no scopes, or for one the holder has no entry for.
    """
    if not scopes:
        raise DomainError("token.scopes", _("Choose at least one action the token may be used for."), "scopes")
    for scope in scopes:
        if not coverable(session, actor, scope):
            raise DomainError("token.scope", _("{scope} is not on your authority list.", scope=scope), "scopes")
    if actor.account_id is None:
        raise NotFound("account.unknown", _("There is no active account {login}.", login=actor.name))
    token = f"remit_{secrets.token_urlsafe(32)}"
    now = clock.now()
    row = AccessToken(
        digest=digest(token), account_id=actor.account_id, name=name.strip()[:100] or "token", scopes=sorted(scopes),
        created_at=now, expires_at=now + timedelta(days=days) if days else None,
    )
    session.add(row)
    session.flush()
    return row, token


def coverable(session: Session, actor: Actor, action: str) -> bool:
    """Whether a token of somebody may cover an action: he holds an entry for it, or may be asked without one."""
    return of(session).registry.actions[action].asked or allowed(session, actor, action)


def tokens_of(session: Session, account_id: int) -> Sequence[AccessToken]:
    """The live tokens of an account, newest first."""
    return session.scalars(
        select(AccessToken)
        .where(AccessToken.account_id == account_id, AccessToken.revoked_at.is_(None))
        .order_by(AccessToken.created_at.desc())
    ).all()


def revoke_token(session: Session, account_id: int, token_id: int) -> None:
    """End one of one's own tokens."""
    found = session.get(AccessToken, token_id)
    if found is None or found.account_id != account_id:
        raise NotFound("token.unknown", _("That token does not exist any more."))
    found.revoked_at = clock.now()
    session.flush()


def token_of(session: Session, token: str) -> tuple[AccessToken, Account] | None:
    """The live token and account behind a bearer token, or None."""
    row = session.execute(
        select(AccessToken, Account)
        .join(Account, Account.id == AccessToken.account_id)
        .where(AccessToken.digest == digest(token), AccessToken.revoked_at.is_(None), Account.is_active)
    ).one_or_none()
    if row is None or (row[0].expires_at is not None and row[0].expires_at <= clock.now()):
        return None
    return row[0], row[1]


def touch_token(session: Session, token_id: int) -> None:
    """Note that a token was used."""
    session.execute(
        update(AccessToken).where(AccessToken.id == token_id).values(last_used_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def token_actor(token: AccessToken, account: Account, *, zone: str = clock.DEFAULT_ZONE) -> Actor:
    """The actor behind a bearer token: its holder, narrowed to its scopes."""
    return replace(actor_of(account, zone=zone), kind="token", scopes=frozenset(token.scopes))
