"""What a version of the standard says: the questions that leads answer, and the criteria of both levels.

    questions: [{name: white_paper, kind: yes, title: {zh_CN: 下载白皮书, en: Downloaded the white paper}}]
    criteria:  [{key: c1, level: marketing, formula: white_paper, title: {...}, evidence: {...}}]
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from plugins.crm.services.facts import Question, Vocabulary, scope
from plugins.crm.text import _
from remit.base import DomainError
from remit.formula import BOOL, Expression, FormulaError, compile_expression
from remit.text import LOCALES, Text, Translation

#: The two levels, in the order a lead passes them.
MARKETING, SALES = "marketing", "sales"
_LEVELS = (MARKETING, SALES)
MOST = 30
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: its level, a condition over the facts of a lead, and the words for what proves it."""

    key: str
    level: str
    title: Translation
    formula: str
    evidence: Translation


@dataclass(frozen=True, slots=True)
class Content:
    """What is signed."""

    questions: tuple[Question, ...]
    criteria: tuple[Criterion, ...]

    def of(self, level: str) -> list[Criterion]:
        """The criteria of a level; a lead meets it where it meets them all."""
        return [one for one in self.criteria if one.level == level]


def read(data: Mapping[str, Any]) -> Content:
    """The content as it is stored; it was checked when it was written."""
    return Content(
        tuple(Question(one["name"], Translation(one["title"]), one.get("kind", "yes")) for one in data["questions"]),
        tuple(
            Criterion(one["key"], one["level"], Translation(one["title"]), one["formula"],
                      Translation(one.get("evidence") or {}))
            for one in data["criteria"]
        ),
    )  # fmt: skip


def checked(
    words: Vocabulary, questions: Sequence[Mapping[str, Any]], criteria: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The content as it is stored, from what somebody wrote; keys are given by the place.

    Raises ``DomainError`` with the place (``criteria.0.formula``) for a name, a title or a formula that is none, and
    where a level has no criterion.
    """
    if len(questions) > MOST or len(criteria) > MOST:
        raise DomainError("crm.standard", _("A standard has at most {most} questions and criteria.", most=MOST))
    asked = [_question(one, f"questions.{place}") for place, one in enumerate(questions)]
    names = [one["name"] for one in asked]
    for place, name in enumerate(names):
        if names.index(name) != place:
            raise DomainError("crm.question", _("Two questions are called {name}.", name=name),
                              f"questions.{place}.name")  # fmt: skip
    written = [_criterion(one, place) for place, one in enumerate(criteria)]
    for level, text in ((MARKETING, _("Marketing qualified")), (SALES, _("Sales qualified"))):
        if not any(one["level"] == level for one in written):
            raise DomainError("crm.standard", _("{level}: write at least one criterion.", level=text))
    data = {"questions": asked, "criteria": written}
    compiled(words, data)
    return data


def _question(one: Mapping[str, Any], place: str) -> dict[str, Any]:
    name = str(one.get("name", "")).strip()
    if not _NAME.fullmatch(name):
        raise DomainError("crm.question", _(
            "A question needs a short name of letters, digits and low lines, as in white_paper."
        ), f"{place}.name")  # fmt: skip
    return {"name": name, "kind": "number" if one.get("kind") == "number" else "yes",
            "title": _titled(one.get("title"), f"{place}.title")}  # fmt: skip


def _criterion(one: Mapping[str, Any], place: int) -> dict[str, Any]:
    where = f"criteria.{place}"
    if one.get("level") not in _LEVELS:
        raise DomainError("crm.standard", _("A criterion belongs to one of the two levels."), f"{where}.level")
    formula = str(one.get("formula", "")).strip()
    if not formula or len(formula) > 400:
        raise DomainError("crm.standard", _("Write the condition, as in white_paper or staff >= 50."),
                          f"{where}.formula")  # fmt: skip
    evidence = {name: str(text).strip()[:200] for name, text in (one.get("evidence") or {}).items() if name in LOCALES}
    return {
        "key": f"c{place + 1}", "level": one["level"], "formula": formula,
        "title": _titled(one.get("title"), f"{where}.title"), "evidence": {k: v for k, v in evidence.items() if v},
    }  # fmt: skip


def _titled(title: Any, place: str) -> dict[str, str]:
    said = {name: str(text).strip()[:120] for name, text in (title or {}).items() if name in LOCALES}
    said = {name: text for name, text in said.items() if text}
    if not said:
        raise DomainError("crm.title", _("Say in words what it is, in one language at least."), place)
    return said


def compiled(words: Vocabulary, data: Mapping[str, Any]) -> tuple[tuple[str, Expression], ...]:
    """The criteria as conditions that can be computed, by their keys. Raises ``DomainError`` with the place."""
    return _compiled(json.dumps(data, sort_keys=True, ensure_ascii=False), words.mark)


@lru_cache(maxsize=64)
def _compiled(text: str, mark: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[tuple[str, Expression], ...]:
    data = json.loads(text)
    found = read(data)
    names = scope(Vocabulary(dict(mark), {}, {}), found.questions, level=False)
    made = []
    for place, one in enumerate(found.criteria):
        try:
            made.append((one.key, compile_expression(one.formula, BOOL, names, name=f"criteria.{place}.formula")))
        except FormulaError as error:
            raise DomainError("crm.formula", error.message, f"criteria.{place}.formula") from error
    return tuple(made)


def digest(version: int, effective_from: date, data: Mapping[str, Any]) -> str:
    """The SHA-256, in hex, of what both heads sign."""
    said = {"version": version, "effective_from": effective_from.isoformat(), **data}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def place_in_words(field: str) -> Text | str:
    """Where a fault is: ``criteria.0.formula`` is criterion 1."""
    part, _dot, rest = field.partition(".")
    number = rest.partition(".")[0]
    if not number.isdigit():
        return ""
    if part == "criteria":
        return _("Criterion {number}", number=int(number) + 1)
    return _("Question {number}", number=int(number) + 1)
