"""Single values of a list: texts, words, choices, numbers and days, each refused with its place where it cannot be."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from core.authority.document.drafts import Spots, spot_of
from core.base.errors import Problem
from core.base.text import LOCALES, Text, catalogue
from core.db.types import Translation

_ = catalogue("authority")

#: A code that can stand in a row of codes.
CODE = re.compile(r"[^,;，；、()\n]{1,40}")


class Values:
    """Reads values and collects what is wrong with them; ``spots`` says where each place of the document stands."""

    def __init__(self, source: str, spots: Spots) -> None:
        self.source = source
        self.spots = spots
        self.problems: list[Problem] = []

    def _problem(
        self, place: str, message: Any, value: Any = None, *, key: str = "", remedy: Text | None = None
    ) -> None:
        spot = spot_of(self.spots, place, key) or (None, "")
        shown = None if value is None else str(value)
        self.problems.append(Problem(message, spot[0], spot[1] or place or None, shown, remedy))

    def _known(self, place: str, data: Mapping[str, Any], keys: Collection[str]) -> None:
        for key in data:
            if key not in keys:
                self._problem(f"{place}.{key}" if place else key, _("This key is not known here."),
                              remedy=_("Known are: {names}.", names=", ".join(keys)))

    def _mapping(self, place: str, value: Any, key: str = "") -> Mapping[str, Any]:
        """Named rows; nothing at all is no rows."""
        if value in (None, ""):
            return {}
        if isinstance(value, dict):
            return value
        self._problem(place, _("Here stand names with their content, one below the other."), value, key=key)
        return {}

    def _word(
        self, place: str, value: Any, *, key: str = "", length: int = 80, required: bool = False, lines: bool = False
    ) -> str | None:
        if value in (None, ""):
            if required:
                self._problem(place, _("The text is missing."), key=key)
            return None
        if isinstance(value, str) and len(value) <= length and (lines or "\n" not in value):
            return value
        self._problem(place, _("Here stands one text of at most {length} characters.", length=length), value, key=key)
        return None

    def _unit(self, place: str, value: Any, key: str) -> str:
        word = self._word(place, value, key=key, length=40, required=True) or ""
        if word and not CODE.fullmatch(word):
            self._problem(place, _("This is no code of a unit."), value, key=key)
        return word

    def _choice(self, place: str, row: Mapping[str, Any], key: str, choices: Collection[str], default: str) -> str:
        value = row.get(key, default)
        if isinstance(value, str) and value in choices:
            return value
        self._problem(
            place, _("{key} is one of {choices}.", key=key, choices=", ".join(choices)), value, key=key
        )
        return default

    def _yes(self, place: str, row: Mapping[str, Any], key: str, *, default: bool) -> bool:
        value = row.get(key)
        if value is None:
            return default
        if value in ("yes", "true", "no", "false"):
            return value in ("yes", "true")
        self._problem(place, _("{key} is one of {choices}.", key=key, choices="yes, no"), value, key=key)
        return default

    def _text(self, place: str, row: Mapping[str, Any], key: str) -> Translation:
        value = row.get(key)
        if isinstance(value, str) and value:
            return Translation(zh_CN=value)
        if isinstance(value, dict) and value:
            texts = {"zh_CN" if name == "zh" else name: text for name, text in value.items()}
            for name, text in texts.items():
                if name not in LOCALES:
                    # A comma in a text without quotes ends it, and the rest of the sentence becomes a key.
                    self._problem(place, _("{key} is no language; put a text with commas in quotes.", key=name),
                                  key=key)
                elif not isinstance(text, str) or not text:
                    self._problem(place, _("The text is missing."), key=key)
            return Translation(texts)
        self._problem(place, _("The text is missing."), key=key)
        return Translation()

    def _integer(self, place: str, value: Any, *, key: str = "", most: int = 2**31 - 1) -> int:
        if not re.fullmatch(r"[0-9]{1,10}", str(value)) or int(value) > most:
            self._problem(place, _("This is a whole number."), value, key=key)
            return 0
        return int(value)

    def _day(self, place: str, value: Any) -> date:
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value), re.ASCII):
                return date.fromisoformat(str(value))
        except ValueError:
            pass
        self._problem(place, _("A date is written 2026-10-01."), value)
        return date(1900, 1, 1)
