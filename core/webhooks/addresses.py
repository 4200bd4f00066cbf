"""Which addresses may be reached: none inside a private network, unless the installation allows it.

A name is resolved once, every address it has is looked at, and the connection goes to one of those addresses itself; a
name that answers differently a moment later leads nowhere else. Addresses that carry another inside them (IPv4 in
IPv6, translation prefixes, tunnels) are judged by the inner one, too.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

import httpx

from core.base.errors import DomainError
from core.base.text import Text, catalogue

_ = catalogue("webhooks")

Address = IPv4Address | IPv6Address

#: Public by number and yet no place for others: the host agent of a large cloud.
_NEVER = (ip_network("168.63.129.16/32"),)
_TRANSLATED = (ip_network("64:ff9b::/96"),)
_COMPATIBLE = ip_network("::/96")
MOST_ADDRESSES = 8


class Unreachable(Exception):
    """A receiver that may not be, or cannot be, connected to; ``message`` says why."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.msgid)
        self.message = message


@dataclass(frozen=True, slots=True)
class Reach:
    """What ``REMIT_WEBHOOK_ALLOW`` allows beside the public internet: networks and names of hosts."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def read(cls, allowed: Sequence[str]) -> Reach:
        """From the settings; what is no network is a name."""
        networks, hosts = [], set()
        for one in allowed:
            try:
                networks.append(ip_network(one, strict=False))
            except ValueError:
                hosts.add(one.lower())
        return cls(tuple(networks), frozenset(hosts))

    def allows(self, address: Address) -> bool:
        """Whether an address was allowed by the installation."""
        found = [address, *_inside(address)]
        return any(one.version == net.version and one in net for one in found for net in self.networks)

    def reaches(self, address: Address) -> bool:
        """Whether an address may be connected to."""
        inside = _inside(address)
        judged = inside if _translated(address) else [address, *inside]
        return self.allows(address) or all(_public(one) for one in judged)


@dataclass(frozen=True, slots=True)
class Target:
    """The address of a receiver, taken apart. ``host`` is the name as the certificate and the request say it."""

    url: httpx.URL
    host: str
    port: int
    secure: bool
    named: bool


def read_url(text: str, reach: Reach) -> Target:
    """An address as it was typed. Raises ``DomainError`` on field ``url`` with what to change; resolves nothing."""
    try:
        parts, url = urlsplit(text), httpx.URL(text)
        port = url.port if url.port is not None else 443 if url.scheme == "https" else 80
        if not 0 < port < 65_536:
            raise ValueError(port)
    except (ValueError, httpx.InvalidURL):
        raise _refused(_("This is no address. Write it as https://example.com/hook.")) from None
    host = url.raw_host.decode("ascii").lower().rstrip(".")
    if url.scheme not in ("http", "https") or not host or any(c.isspace() for c in text):
        raise _refused(_("This is no address. Write it as https://example.com/hook."))
    if "@" in parts.netloc:
        raise _refused(_("Leave name and password out of the address; what is sent is signed."))
    if parts.fragment:
        raise _refused(_("Leave out the part behind #; it is never sent."))
    address = _literal(host)
    named = host in reach.hosts
    if url.scheme == "http" and not (named or (address is not None and reach.allows(address))):
        raise _refused(
            _("The address must begin with https://. Plain http is only for what REMIT_WEBHOOK_ALLOW names.")
        )
    if address is not None and not (named or reach.reaches(address)):
        raise _refused(_private(host))
    if address is None and _numeric(host):
        raise _refused(_("Write the address of a machine in four decimal numbers, as in 203.0.113.7."))
    return Target(url, host, port, url.scheme == "https", named)


def resolve(target: Target, reach: Reach, *, seconds: float) -> list[str]:
    """The addresses of a receiver, each of which may be connected to.

    Raises ``Unreachable`` when the name is not known, does not resolve in time, or has any address out of reach.
    """
    found = _looked_up(target.host, target.port, seconds)
    if not target.named and not all(reach.reaches(address) for address in found):
        raise Unreachable(_private(target.host))
    return [str(address) for address in found[:MOST_ADDRESSES]]


def unknown(host: str) -> Text:
    """What is said where no machine has a name."""
    return _("There is no machine called {host}.", host=host)


def _looked_up(host: str, port: int, seconds: float) -> list[Address]:
    """Ask the system, which may take as long as it likes: the thread that waits for it is left behind."""
    answers: SimpleQueue[Any] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="remit-resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise Unreachable(_("The name {host} did not resolve in time.", host=host)) from None
    if isinstance(answer, Exception) or not answer:
        raise Unreachable(unknown(host))
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in answer))


def _public(address: Address) -> bool:
    return (
        address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified
        and not any(address.version == net.version and address in net for net in _NEVER)
        and not getattr(address, "is_site_local", False)
    )  # fmt: skip


def _inside(address: Address) -> list[Address]:
    """The addresses an IPv6 address leads to."""
    if isinstance(address, IPv4Address):
        return []
    found: list[Address] = [one for one in (address.ipv4_mapped, address.sixtofour) if one is not None]
    if address.teredo is not None:
        found.extend(address.teredo)
    if _translated(address) or (address in _COMPATIBLE and int(address) > 1):
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return found


def _translated(address: Address) -> bool:
    """Whether an address is nothing but an IPv4 one, as a network that speaks IPv6 alone writes it."""
    return isinstance(address, IPv6Address) and any(address in net for net in _TRANSLATED)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _numeric(host: str) -> bool:
    """Whether the system would read a host as a number: 127.1, 0x7f.1, 2130706433, 0177.0.0.1."""
    last = host.rpartition(".")[2]
    return last.isdecimal() or last.startswith("0x")


def _private(host: str) -> Text:
    return _("{host} lies in a private network; REMIT_WEBHOOK_ALLOW must name it before anything is sent there.",
             host=host)  # fmt: skip


def _refused(message: Text) -> DomainError:
    return DomainError("webhook.url", message, "url")
