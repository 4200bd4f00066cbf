"""Tryton's JSON-RPC over HTTP, as release 8 speaks it: signing in, one call after the other, typed values.

Nothing of the password or the session gets into an address, a sentence or a log.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from plugins.crm_tryton.text import _
from remit.text import Text
from remit.webhooks import Limits, Outcome, post

#: A page of records may be long, and a page that is created takes its time.
LIMITS = Limits(connect=5.0, read=60.0, total=90.0, answer=8 * 1024 * 1024, kept=8 * 1024 * 1024)
#: Post a body to an address with headers; what ``remit.webhooks.post`` does within ``LIMITS``.
Post = Callable[[str, dict[str, str], bytes], Outcome]


class Away(Exception):
    """Tryton cannot be spoken to now, or does not speak as agreed: the run ends and is tried again later."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.msgid)
        self.message = message


class Refused(Exception):
    """Tryton understood and refused one call, with its own words."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.msgid)
        self.message = message


class Tryton:
    """A database of a Tryton server, in somebody's name. Signs in with the first call."""

    def __init__(self, url: str, database: str, login: str, password: str, send: Post) -> None:
        self._url = f"{url.rstrip('/')}/{database}/rpc/"
        self._login, self._password, self._send = login, password, send
        self._session = ""
        self.context: dict[str, Any] = {}

    def __repr__(self) -> str:
        return "<Tryton>"

    def call(self, method: str, *params: Any) -> Any:
        """The answer to a call of a model, ``model.party.party.search``. Raises ``Away`` or ``Refused``."""
        if not self._session:
            self._sign_in()
        return self._ask(method, [*params, self.context], {"authorization": f"Session {self._session}"})

    def rows(
        self, model: str, domain: Sequence[Any], names: Sequence[str], most: int | None = None
    ) -> list[dict[str, Any]]:
        """Records that fit a domain, by their numbers, with the fields named. Raises ``Away`` for anything else."""
        found = self.call(f"model.{model}.search_read", list(domain), 0, most, [["id", "ASC"]], list(names))
        if not isinstance(found, list) or not all(_is_record(one, names) for one in found):
            raise Away(_("Tryton answered something else than the records that were asked for."))
        return found

    def create(self, model: str, rows: Sequence[dict[str, Any]]) -> list[int]:
        """The numbers of records that were made, in the order of ``rows``."""
        made = self.call(f"model.{model}.create", list(rows))
        if not isinstance(made, list) or len(made) != len(rows) or not all(type(one) is int for one in made):
            raise Away(_("Tryton answered something else than the numbers of what was created."))
        return made

    def _sign_in(self) -> None:
        found = self._ask("common.db.login", [self._login, {"password": self._password}], {})
        if not isinstance(found, list) or len(found) < 2 or type(found[0]) is not int or not isinstance(found[1], str):
            raise Away(_("Tryton answered the sign-in with something else than a session."))
        plain = f"{self._login}:{found[0]}:{found[1]}"
        self._session = base64.b64encode(plain.encode()).decode("ascii")

    def _ask(self, method: str, params: Sequence[Any], headers: dict[str, str]) -> Any:
        body = json.dumps({"id": 1, "method": method, "params": params}, default=_told).encode()
        outcome = self._send(self._url, {"content-type": "application/json", **headers}, body)
        if outcome.status == 401:
            self._session = ""
            raise Away(_("Tryton does not accept the name and password."))
        if outcome.status == 403:
            raise Away(_("Tryton does not allow this. Is the module for opportunities activated there?"))
        if outcome.status == 404:
            raise Away(_("Tryton knows no database of this name."))
        if outcome.error is not None:
            raise Away(silent(outcome.error))
        return _read(outcome.answer)


def silent(why: Text | str) -> Text:
    """What is said of a server that does not answer as it should."""
    return _("Tryton did not answer as it should. {why}", why=why)


def _read(answer: str) -> Any:
    try:
        found = json.loads(answer, object_hook=_typed)
    except (ValueError, ArithmeticError):
        raise Away(_("Tryton's answer broke off or is not JSON.")) from None
    if not isinstance(found, dict) or not ("result" in found or "error" in found):
        raise Away(_("Tryton answered JSON, but not what was agreed."))
    if "error" not in found:
        return found["result"]
    words = found["error"]
    if isinstance(words, list) and len(words) > 1 and words[0] in ("UserError", "UserWarning"):
        inner = words[1] if isinstance(words[1], str) else words[1][0] if words[1] else ""
        raise Refused(_("Tryton refused it: {words}", words=str(inner)[:300]))
    raise Refused(_("Tryton failed at it: {words}", words=_first_line(words)))


def _first_line(words: Any) -> str:
    first = words[0] if isinstance(words, list) and words else words
    return next(iter(str(first).strip().splitlines()), "")[:200]


def _is_record(found: Any, names: Sequence[str]) -> bool:
    plain = [name for name in names if "." not in name]
    return isinstance(found, dict) and type(found.get("id")) is int and all(name in found for name in plain)


_PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")


def _typed(found: dict[str, Any]) -> Any:
    """Tryton's way of writing moments, days and amounts, as Python has them; moments are UTC."""
    kind = found.get("__class__")
    try:
        if kind == "datetime":
            year, month, day, *time = (found[part] for part in _PARTS)
            return datetime(year, month, day, time[0], time[1], time[2], time[3], tzinfo=UTC)
        if kind == "date":
            return date(found["year"], found["month"], found["day"])
        if kind == "Decimal":
            return Decimal(found["decimal"])
    except (KeyError, TypeError, InvalidOperation):
        raise ValueError(kind) from None
    return found


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        at = value.astimezone(UTC)
        return {"__class__": "datetime", "year": at.year, "month": at.month, "day": at.day, "hour": at.hour,
                "minute": at.minute, "second": at.second, "microsecond": at.microsecond}  # fmt: skip
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    raise TypeError(f"{type(value).__name__} is not told to Tryton")


def sender(reach: Any) -> Post:
    """How an installation reaches Tryton: only where its settings let it, within ``LIMITS``."""

    def send(url: str, headers: dict[str, str], body: bytes) -> Outcome:
        return post(url, headers, body, reach, limits=LIMITS)

    return send
