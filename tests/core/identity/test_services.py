"""Throttling, sessions and tokens as the database holds them, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from core.base import clock
from core.base.errors import DomainError, NotFound
from core.identity import services
from core.identity.models import AccessToken, Account, SignedInSession, SignInAttempt
from core.kernel.house import House
from tests.core.identity.conftest import PASSWORD, SYSTEM


def tries(house: House, login: str, password: str, address: str = "") -> services.SignedIn | None:
    """One try to sign in, in a transaction of its own that is committed."""
    with house.session(SYSTEM, write=True) as session:
        return services.sign_in(session, login=login, password=password, address=address)


def test_a_login_is_blocked_after_five_failures_and_the_right_password_does_not_help(
    house: House, admin: Account
) -> None:
    for _number in range(5):
        assert tries(house, "admin", "wrong") is None
    with pytest.raises(DomainError) as refused:
        tries(house, "ADMIN ", PASSWORD)
    assert refused.value.code == "signin.throttled"
    assert "15 minutes" in str(refused.value)


def test_failures_are_counted_together_when_they_come_at_once(house: House, admin: Account) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _number: tries(house, "admin", "wrong", "10.0.0.9"), range(4)))
    assert answers == [None] * 4
    with house.session(SYSTEM) as session:
        counted = {key: session.get_one(SignInAttempt, key).failures for key in ("login:admin", "address:10.0.0.9")}
    assert counted == {"login:admin": 4, "address:10.0.0.9": 4}


def test_an_unknown_login_is_counted_like_a_known_one(house: House, admin: Account) -> None:
    for _number in range(5):
        assert tries(house, "nobody", "wrong") is None
    with pytest.raises(DomainError):
        tries(house, "nobody", "wrong")


def test_the_block_ends_by_itself(house: House, admin: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(5):
        tries(house, "admin", "wrong")
    later = clock.now() + timedelta(minutes=15, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert tries(house, "admin", PASSWORD) is not None
    with house.session(SYSTEM) as session:
        assert session.get(SignInAttempt, "login:admin") is None


def test_one_login_with_failures_blocks_no_other_from_the_same_office(house: House, lin: Account) -> None:
    for _number in range(5):
        tries(house, "admin", "wrong", "10.0.0.9")
    assert tries(house, "lin", PASSWORD, "10.0.0.9") is not None


def test_a_deactivated_account_cannot_sign_in_and_its_sessions_are_over(house: House, admin: Account) -> None:
    opened = tries(house, "admin", PASSWORD)
    assert opened is not None
    with house.session(SYSTEM, write=True) as session:
        session.get_one(Account, admin.id).is_active = False
    assert tries(house, "admin", PASSWORD) is None
    with house.session(SYSTEM) as session:
        assert services.session_of(session, opened.token, idle=timedelta(hours=1)) is None


def test_only_the_digest_of_a_session_is_kept(house: House, admin: Account) -> None:
    opened = tries(house, "admin", PASSWORD)
    assert opened is not None
    with house.session(SYSTEM) as session:
        found = services.session_of(session, opened.token, idle=timedelta(hours=1))
        assert found is not None
        assert opened.token not in found[0].digest
        assert services.session_of(session, found[0].digest, idle=timedelta(hours=1)) is None


@pytest.mark.parametrize(("minutes", "alive"), [(59, True), (61, False)])
def test_an_idle_session_ends(
    house: House, admin: Account, monkeypatch: pytest.MonkeyPatch, minutes: int, alive: bool
) -> None:
    opened = tries(house, "admin", PASSWORD)
    assert opened is not None
    later: datetime = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: later)
    with house.session(SYSTEM) as session:
        found = services.session_of(session, opened.token, idle=timedelta(hours=1))
    assert (found is not None) is alive


def test_nobody_ends_the_session_or_token_of_another(house: House, lin: Account, admin: Account) -> None:
    opened = tries(house, "lin", PASSWORD)
    assert opened is not None
    with house.session(SYSTEM, write=True) as session:
        theirs = services.sessions_of(session, lin.id)[0]
        with pytest.raises(NotFound):
            services.revoke(session, admin.id, theirs.id)
        assert session.get_one(SignedInSession, theirs.id).revoked_at is None


def test_a_token_offers_no_more_than_its_holder_has(house: House, lin: Account) -> None:
    actor = services.actor_of(lin)
    with house.session(actor, write=True) as session, pytest.raises(DomainError) as refused:
        services.create_token(session, actor, name="script", scopes=["identity.account:create"])
    assert refused.value.code == "token.scope"


def test_a_token_expires_and_can_be_ended(
    house: House, admin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = services.actor_of(admin)
    with house.session(actor, write=True) as session:
        row, token = services.create_token(session, actor, name="a", scopes=["identity.account:create"], days=30)
        ended, other = services.create_token(session, actor, name="b", scopes=["identity.account:create"])
        services.revoke_token(session, admin.id, ended.id)
    with house.session(SYSTEM) as session:
        assert services.token_of(session, token) is not None
        assert services.token_of(session, other) is None
        assert token not in session.get_one(AccessToken, row.id).digest
    later = clock.now() + timedelta(days=30, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with house.session(SYSTEM) as session:
        assert services.token_of(session, token) is None


def test_a_token_is_not_a_session(house: House, admin: Account) -> None:
    actor = services.actor_of(admin)
    with house.session(actor, write=True) as session:
        _row, token = services.create_token(session, actor, name="a", scopes=["identity.account:create"])
        assert services.session_of(session, token, idle=timedelta(hours=1)) is None


@pytest.mark.parametrize("password", ["short", "administrator", "aaaaaaaaaaaa", "abababababab"])
def test_weak_passwords_are_refused(house: House, admin: Account, password: str) -> None:
    with house.session(SYSTEM, write=True) as session, pytest.raises(DomainError) as refused:
        services.create_account(session, SYSTEM, login="administrator", name="A", password=password)
    assert refused.value.field == "password"


def test_a_login_is_taken_whatever_its_case(house: House, admin: Account) -> None:
    with house.session(SYSTEM, write=True) as session, pytest.raises(DomainError) as refused:
        services.create_account(session, SYSTEM, login=" Admin", name="A", password=PASSWORD)
    assert refused.value.code == "account.taken"
