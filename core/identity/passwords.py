"""Passwords: argon2id hashes, and what a password must be to be accepted."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from core.base.errors import DomainError
from core.base.text import catalogue

_ = catalogue("identity")

SHORTEST = 10

_hasher = PasswordHasher()


@cache
def _decoy() -> str:
    """Verified when the account does not exist, so that the answer takes as long as for one that does."""
    return _hasher.hash("no account has this password")


def check_strength(password: str, login: str) -> None:
    """Refuse passwords that are too short, the login itself or one character repeated (NIST SP 800-63B, 5.1.1)."""
    if len(password) < SHORTEST:
        raise DomainError(
            "password.short",
            _("The password needs at least {count} character.",
              "The password needs at least {count} characters.", count=SHORTEST),
            "password",
        )
    if password.lower() == login.lower() or len(set(password)) < 4:
        raise DomainError("password.plain", _("That password is too easy to guess; choose another."), "password")


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _hasher.hash(password)


def verify(password: str, hashed: str | None) -> bool:
    """Whether a password fits a hash; without a hash it takes as long and is false."""
    try:
        _hasher.verify(hashed or _decoy(), password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
    return hashed is not None
