"""One request to a receiver: to an address that was looked at, within a time, and without believing what comes back."""

from __future__ import annotations

import asyncio
import os
import re
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache

import certifi
import httpx

from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.webhooks import addresses
from core.webhooks.addresses import Reach, Target, Unreachable

_ = catalogue("webhooks")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a request may take, in seconds, and how much of an answer is read, in bytes."""

    resolve: float = 5.0
    connect: float = 5.0
    read: float = 10.0
    total: float = 15.0
    answer: int = 64 * 1024
    kept: int = 512


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request. ``error`` None: it was accepted. ``answer`` is the beginning of what was said.

    ``away`` says that the receiver as a whole cannot take anything now; ``retry_after`` how many seconds it asked for.
    """

    status: int | None
    took_ms: int
    answer: str = ""
    error: Text | str | None = None
    away: bool = False
    retry_after: int | None = None


def post(
    url: str, headers: Mapping[str, str], body: bytes, reach: Reach, *, limits: Limits = LIMITS
) -> Outcome:
    """Post a body and tell what came of it; nothing that a receiver does raises.

    Redirects are not followed, proxies and passwords of the environment not used, cookies not kept.
    """
    began = time.monotonic()
    try:
        target = addresses.read_url(url, reach)
        found = addresses.resolve(target, reach, seconds=limits.resolve)
        outcome = _outcome(target, found, headers, body, limits)
    except DomainError as refused:
        outcome = Outcome(None, 0, error=refused.message, away=True)
    except Unreachable as refused:
        outcome = Outcome(None, 0, error=refused.message, away=True)
    return replace(outcome, took_ms=round((time.monotonic() - began) * 1000))


def _outcome(target: Target, found: list[str], headers: Mapping[str, str], body: bytes, limits: Limits) -> Outcome:
    """The loop has a thread of its own: whoever calls may be inside another one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_within(target, found, headers, body, limits))).result()


async def _within(
    target: Target, found: list[str], headers: Mapping[str, str], body: bytes, limits: Limits
) -> Outcome:
    heard = _Heard()
    try:
        async with asyncio.timeout(limits.total):
            return await _first(target, found, headers, body, limits, heard)
    except TimeoutError:
        if heard.status is not None:  # it has answered; only the rest of its talk did not end
            return heard.outcome(limits)
        return _away(_("It did not answer within {count} second.", "It did not answer within {count} seconds.",
                       count=round(limits.total)))  # fmt: skip


class _Heard:
    """What a receiver has said so far."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.retry_after: int | None = None
        self.location = False
        self.body = bytearray()

    def outcome(self, limits: Limits) -> Outcome:
        status = self.status or 0
        error = None if 200 <= status < 300 else _refusal(status)
        away = status in (429, 503)
        said = shown(bytes(self.body[: limits.kept]))
        return Outcome(status, 0, said, error, away, self.retry_after if away else None)


async def _first(
    target: Target, found: list[str], headers: Mapping[str, str], body: bytes, limits: Limits, heard: _Heard
) -> Outcome:
    """The first address that can be connected to; once something was sent, no other is tried."""
    outcome = Outcome(None, 0)
    for address in found:
        try:
            await _one(target, address, headers, body, limits, heard)
            return heard.outcome(limits)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            outcome = _away(_unconnected(error))
        except httpx.TimeoutException:
            return _away(_("It did not answer within {count} second.", "It did not answer within {count} seconds.",
                           count=round(limits.read)))  # fmt: skip
        except (httpx.HTTPError, ssl.SSLError):
            if heard.status is not None:
                return heard.outcome(limits)
            return _away(_("It closed the connection before it answered, or did not speak HTTP."))
    return outcome


async def _one(
    target: Target, address: str, headers: Mapping[str, str], body: bytes, limits: Limits, heard: _Heard
) -> None:
    client = httpx.AsyncClient(
        trust_env=False, follow_redirects=False, verify=trust(os.environ.get("SSL_CERT_FILE", "")),
        timeout=httpx.Timeout(limits.read, connect=limits.connect),
    )
    request = httpx.Request(
        "POST", target.url.copy_with(host=address), content=body,
        headers={
            "host": _host(target), "content-type": "application/json", "accept": "*/*", "accept-encoding": "identity",
            "user-agent": "Remit-Webhooks/1", "connection": "close", **headers,
        },
        extensions={"sni_hostname": target.host, "timeout": client.timeout.as_dict()},
    )
    async with client:
        response = await client.send(request, stream=True)
        try:
            heard.status = response.status_code
            heard.retry_after = _seconds(response.headers.get("retry-after", ""))
            async for piece in response.aiter_raw():
                heard.body += piece
                if len(heard.body) > limits.answer:
                    break
        finally:
            await response.aclose()


@lru_cache(maxsize=4)
def trust(cert_file: str) -> ssl.SSLContext:
    """What certificates are believed: those of the system (or of ``SSL_CERT_FILE``), else the list that comes along."""
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    if not cert_file and not context.cert_store_stats()["x509_ca"] and not paths.capath:
        context.load_verify_locations(certifi.where())
    return context


def shown(answer: bytes) -> str:
    """The beginning of an answer as it is kept: text, without what a terminal or a database would stumble over."""
    text = answer.decode("utf-8", "replace")
    return re.sub(r"[^\S\r\n\t ]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", "\ufffd", text)


def _host(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = 443 if target.secure else 80
    return host if target.port == usual else f"{host}:{target.port}"


def _seconds(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def _refusal(status: int) -> Text:
    if 300 <= status < 400:
        return _(
            "It answered {status}, a redirect, which is not followed. Enter the address it leads to.", status=status
        )
    if status == 410:
        return _("It answered 410: the receiver is gone.")
    return _("It answered {status}.", status=status)


def _away(message: Text) -> Outcome:
    return Outcome(None, 0, error=message, away=True)


def _unconnected(error: Exception) -> Text:
    if isinstance(error, httpx.ConnectTimeout):
        return _("It could not be connected to in time.")
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, ssl.SSLCertVerificationError):
            return _("Its certificate is not valid: {reason}.", reason=at.verify_message)
        if isinstance(at, ssl.SSLError):
            return _("It does not speak TLS as it should.")
        at = at.__cause__ or at.__context__
    return _("It could not be connected to.")
