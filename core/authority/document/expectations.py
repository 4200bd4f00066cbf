"""The ``tests`` of a list: what its author expects it to answer, read row by row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.authority.document.drafts import ACTION, EXPECTATIONS, ExpectationDraft
from core.authority.document.values import CODE, Values
from core.base.text import catalogue

_ = catalogue("authority")


class Expectations(Values):
    """Reads expectations; each is a question and the answer that is expected."""

    def expectations(self, data: Any) -> list[ExpectationDraft]:
        """The expectations of a list in their order; problems are collected."""
        if data not in (None, "") and not isinstance(data, list):
            self._problem("tests", _("Here stand expectations, one below the other, each after a dash."), data)
            return []
        found = (self._expectation(f"tests.{number}", row) for number, row in enumerate(data or [], 1))
        return [one for one in found if one is not None]

    def _expectation(self, place: str, row: Any) -> ExpectationDraft | None:
        if not isinstance(row, dict):
            self._problem(place, _("Here stand names with their content, one below the other."), row)
            return None
        kind, *more = [kind for kind in EXPECTATIONS if kind in row] or [""]
        if more or not kind:
            self._problem(place, _("An expectation asks one of {names}.", names=", ".join(EXPECTATIONS)),
                          remedy=_("Write one of them with the key of the action, as in can: person.record:read."))
            return None
        self._known(place, row, EXPECTATIONS[kind])
        action = row[kind]
        if not isinstance(action, str) or len(action) > 100 or not ACTION.fullmatch(action) or "*" in action:
            self._problem(place, _("An action is written module.noun:verb."), action, key=kind)
        action = str(action)
        if kind == "can":
            return self._permission(place, row, action)
        if kind == "list":
            return ExpectationDraft(
                self._post(place, row), action, kind=kind, found=self._codes(place, row, "expect_units", ordered=False),
            )
        return ExpectationDraft(
            None, action, self._facts(place, row.get("resource")), kind=kind,
            found=self._codes(place, row, "expect", ordered=kind == "route"),
        )

    def _permission(self, place: str, row: Mapping[str, Any], action: str) -> ExpectationDraft:
        allow = self._choice(place, row, "expect", ("allow", "deny"), "") == "allow"
        for word, fits in (("cite", allow), ("code", not allow)):
            if word in row and not fits:
                self._problem(place, _("cite goes with expect: allow, code with expect: deny."), key=word)
        return ExpectationDraft(
            self._post(place, row), action, self._facts(place, row.get("resource")), allow,
            self._word(place, row.get("cite"), key="cite"), self._word(place, row.get("code"), key="code"),
        )

    def _post(self, place: str, row: Mapping[str, Any]) -> str:
        return self._word(place, row.get("as"), key="as", length=40, required=True) or ""

    def _codes(self, place: str, row: Mapping[str, Any], key: str, *, ordered: bool) -> tuple[str, ...]:
        """Codes of posts or units, each once; where the order says nothing, in that of the alphabet."""
        codes = row.get(key)
        if not isinstance(codes, list) or not all(isinstance(code, str) and code for code in codes):
            self._problem(place, _("{key} is a list of codes.", key=key), codes, key=key,
                          remedy=_("Write [MD], or [] where nothing and nobody is expected."))
            return ()
        for code in codes:
            if not CODE.fullmatch(code):
                self._problem(place, _("{code} is no code.", code=code), code, key=key)
            if codes.count(code) > 1:
                self._problem(place, _("{code} stands twice.", code=code), code, key=key,
                              remedy=_("Name each once."))
        return tuple(codes if ordered else sorted(codes))

    def _facts(self, place: str, value: Any) -> dict[str, str]:
        found = dict(self._mapping(place, value, "resource"))
        for name, text in found.items():
            if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,39}", name):
                self._problem(place, _("{name} is no name of an attribute.", name=name), key="resource")
            self._word(place, text, key="resource", required=True)
        return found
