"""Typed settings of one installation, from the environment and ``instance/remit.toml``.

The environment wins over the file. Nothing secret stands here: keys live in ``instance/keys.json``.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
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
    files_url: str = ""
    secure_cookies: bool = False
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

    def zone(told: str) -> str:
        try:
            return ZoneInfo(told).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise SettingError("REMIT_ZONE", f"there is no time zone {told}") from None

    return Config(
        instance=folder,
        database_url=setting("database_url", ""),
        company=setting("company", ""),
        locale=setting("locale", "zh_CN"),
        zone=zone(setting("zone", "Asia/Shanghai")),
        idle_minutes=number("idle_minutes", 480),
        upload_limit_bytes=number("upload_limit_bytes", 64 * 1024 * 1024),
        job_threads=number("job_threads", 1),
        files_url=setting("files_url", ""),
        secure_cookies=setting("secure_cookies", "0").lower() in ("1", "true", "yes"),
    )
