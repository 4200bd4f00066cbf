"""Typed settings of one installation, from the environment and ``instance/remit.toml``.

The environment wins over the file. The keys of the installation live in ``instance/keys.json``.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class SettingError(Exception):
    """A setting cannot be used as it is written: ``name`` of the setting or file, ``reason`` in English."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Config:
    """What an installation decides about itself; everything has a default that works on one machine."""

    instance: Path
    database_url: str = ""
    company: str = ""
    locale: str = "zh_CN"
    zone: str = "Asia/Shanghai"
    idle_minutes: int = 60 * 8
    upload_limit_bytes: int = 64 * 1024 * 1024
    job_threads: int = 1
    job_silence_seconds: int = 30
    files_url: str = ""
    secure_cookies: bool = False
    broker_url: str = field(default="", repr=False)
    broker_queue: str = "remit"
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    base_url: str = ""
    webhook_allow: tuple[str, ...] = ()
    least_people: int = 5
    modules_off: tuple[str, ...] = field(default=())

    @property
    def url(self) -> str:
        """The database address; an SQLite file in the instance folder unless one is set."""
        return self.database_url or f"sqlite:///{self.instance / 'remit.sqlite'}"

    @property
    def keys_path(self) -> Path:
        """Where the key ring of personal columns and cookies lies."""
        return self.instance / "keys.json"


def load(environment: Mapping[str, str] | None = None, *, instance: Path | None = None) -> Config:
    """Read the settings of an installation. ``REMIT_INSTANCE`` names its folder, ``./instance`` by default.

    Raises ``SettingError`` for a setting that cannot be meant.
    """
    env = os.environ if environment is None else environment
    folder = (instance or Path(env.get("REMIT_INSTANCE", "instance"))).absolute()
    path = folder / "remit.toml"
    try:
        stored: dict[str, object] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise SettingError(str(path), str(error)) from None

    def setting(name: str, default: str) -> str:
        return env.get(f"REMIT_{name.upper()}", str(stored.get(name, default)))

    def number(name: str, default: int) -> int:
        told = setting(name, str(default))
        try:
            return int(told)
        except ValueError:
            raise SettingError(f"REMIT_{name.upper()}", f"{told} is not a whole number") from None

    def places(name: str) -> tuple[str, ...]:
        told = stored.get(name, "")
        found = env.get(f"REMIT_{name.upper()}", " ".join(map(str, told)) if isinstance(told, list) else str(told))
        return _places(f"REMIT_{name.upper()}", found)

    return Config(
        instance=folder,
        database_url=setting("database_url", ""),
        company=setting("company", ""),
        locale=setting("locale", "zh_CN"),
        zone=_zone(setting("zone", "Asia/Shanghai")),
        idle_minutes=number("idle_minutes", 480),
        upload_limit_bytes=number("upload_limit_bytes", 64 * 1024 * 1024),
        job_threads=number("job_threads", 1),
        job_silence_seconds=max(2, number("job_silence_seconds", 30)),
        smtp_url=setting("smtp_url", ""),
        mail_from=setting("mail_from", ""),
        base_url=setting("base_url", "").rstrip("/"),
        files_url=setting("files_url", ""),
        secure_cookies=setting("secure_cookies", "0").lower() in ("1", "true", "yes"),
        webhook_allow=places("webhook_allow"),
        least_people=max(2, number("least_people", 5)),
        broker_url=_broker(setting("broker_url", "").strip()),
        broker_queue=_queue(setting("broker_queue", "remit")),
    )


def _zone(told: str) -> str:
    try:
        return ZoneInfo(told).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingError("REMIT_ZONE", f"there is no time zone {told}") from None


def _broker(told: str) -> str:
    try:
        problem = _wrong_broker(told)
    except ValueError:
        problem = "it cannot be read as an address"
    if problem:
        raise SettingError("REMIT_BROKER_URL", problem)
    return told


def _queue(told: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", told):
        raise SettingError("REMIT_BROKER_QUEUE", "write letters, digits, dots and hyphens")
    return told


def _places(name: str, told: str) -> tuple[str, ...]:
    """Networks and names of hosts, with commas or blanks between."""
    found = tuple(told.replace(",", " ").split())
    for one in found:
        if not _is_place(one):
            raise SettingError(name, f"{one} is neither a network such as 10.0.0.0/8 nor a host")
    return found


def _wrong_broker(told: str) -> str:
    """What is wrong with the address of a broker, which is never repeated because it holds a password."""
    if not told:
        return ""
    parts = urlsplit(told)
    if parts.scheme not in ("amqp", "amqps", "redis", "rediss"):
        return "write amqp://user:password@host:port/name for RabbitMQ or redis://host:port/number for Redis"
    if not parts.hostname or parts.port == 0:
        return "it names no host"
    if parts.scheme.startswith("redis") and not re.fullmatch(r"/?|/\d+", parts.path):
        return "after the host a Redis database is named by its number"
    if find_spec("celery") is None or (parts.scheme.startswith("redis") and find_spec("redis") is None):
        return "jobs through a broker need Celery, which is not installed: pip install 'remit[celery]'"
    return ""


def _is_place(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        label = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
        return re.fullmatch(rf"(?=.*[A-Za-z]){label}(\.{label})*", text) is not None
    return True
