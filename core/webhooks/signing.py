"""Signatures of webhooks: the Standard Webhooks scheme for both directions, a plain HMAC header for incoming ones.

Signed is ``<id>.<timestamp>.<body>`` with HMAC-SHA256; the header holds ``v1,<base64>`` for each secret, blanks
between. A secret is written ``whsec_<base64>``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
#: How far the clocks of sender and receiver may be apart, and how late a copy of a request is refused, in seconds.
TOLERANCE = 300
_BYTES = 32


def new_secret() -> str:
    """A fresh secret as it is shown once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret; one that is not written as ours is taken as it stands."""
    text = secret.removeprefix(PREFIX)
    if text != secret:
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error:
            return secret.encode()
    return secret.encode()


def headers(key: str, at: int, body: bytes, all_secrets: Sequence[str]) -> dict[str, str]:
    """The headers under which a body is sent: its id, the moment in seconds, a signature for each secret."""
    signatures = " ".join(f"v1,{_signature(key, str(at), body, secret)}" for secret in all_secrets)
    return {"webhook-id": key, "webhook-timestamp": str(at), "webhook-signature": signatures}


def standard_holds(key: str, at: str, signatures: str, body: bytes, all_secrets: Sequence[str]) -> bool:
    """Whether one of the signatures in a header was made with one of the secrets."""
    given = [one.partition(",")[2] for one in signatures.split()[:16] if one.startswith("v1,")]
    wanted = [_signature(key, at, body, secret) for secret in all_secrets]
    return _any_equal(given, wanted)


def hmac_holds(signature: str, body: bytes, all_secrets: Sequence[str]) -> bool:
    """Whether a header of the form ``sha256=<hex>``, ``<hex>`` or ``<base64>`` is the HMAC-SHA256 of the body."""
    digests = [hmac.digest(key_of(secret), body, hashlib.sha256) for secret in all_secrets]
    given = signature.strip().removeprefix("sha256=")
    return _any_equal([given.lower()], [one.hex() for one in digests]) or _any_equal(
        [given], [base64.b64encode(one).decode() for one in digests]
    )


def fresh(at: str, now: float) -> bool:
    """Whether a timestamp in seconds is close enough to now."""
    return at.isascii() and at.isdecimal() and len(at) <= 12 and abs(int(at) - now) <= TOLERANCE


def _signature(key: str, at: str, body: bytes, secret: str) -> str:
    signed = f"{key}.{at}.".encode() + body
    return base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256)).decode()


def _any_equal(given: Sequence[str], wanted: Sequence[str]) -> bool:
    """Every pair is compared in full, whichever fits."""
    found = [hmac.compare_digest(one.encode(), other.encode()) for one in given for other in wanted]
    return any(found)
