"""Grades of posts of public institutions: one way to write each, whatever a sheet calls it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.db.types import Translation

_DATA = Path(__file__).parent / "data" / "grades.yaml"
_NUMBERS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三")
_CODE = re.compile(r"([A-Z]{2})0?(\d{1,2})")
_GRADE = re.compile(r"(十[一二三]?|[一二三四五六七八九]|\d{1,2})\s*级")


@cache
def system() -> Mapping[str, Any]:
    """The grades there are, the bands of professional posts and their ratios, with source and date."""
    loaded: dict[str, Any] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return loaded


def normal(category: str, grade: str, code: str = "") -> str | None:
    """A grade as it is kept, ``管理七级``, ``专技十级``, ``工勤三级`` or ``普通工``, from what a sheet says: words with
    their category, or a code such as ``ZJ10``. None where they name none, or one there is not.
    """
    match = _CODE.fullmatch(code.strip().upper())
    for one in system()["categories"].values():
        if match and match[1] == one["letters"]:
            return _named(one, int(match[2]))
    said = category + grade
    if any(word in said for word in system()["ungraded"]["words"]):
        return str(system()["ungraded"]["prefix"])
    number = _GRADE.search(grade)
    if number is None:
        return None
    level = int(number[1]) if number[1].isdecimal() else _NUMBERS.index(number[1])
    for one in system()["categories"].values():
        # The words of the grade itself lead: a post of one category may have a grade of another (双肩挑).
        if any(word in grade for word in one["words"]):
            return _named(one, level)
    for one in system()["categories"].values():
        if any(word in category for word in one["words"]):
            return _named(one, level)
    return None


def read(grade: str) -> tuple[str, int] | None:
    """Category and number of a grade as it is kept, 0 without a number; None for what is no such grade."""
    if grade == system()["ungraded"]["prefix"]:
        return str(system()["ungraded"]["category"]), 0
    for name, one in system()["categories"].items():
        if grade.startswith(one["prefix"]):
            number = _GRADE.fullmatch(grade.removeprefix(one["prefix"]))
            if number is not None and not number[1].isdecimal() and one["first"] <= (
                    level := _NUMBERS.index(number[1])) <= one["last"]:
                return name, level
    return None


def rank(grade: str | None) -> tuple[str, int] | None:
    """Category and place of a grade within it, 1 the highest; the post without a grade is below all others of its
    category. None for what is no grade of an institution.
    """
    found = read(grade) if grade else None
    if found is None or found[1]:
        return found
    return found[0], lowest(found[0])


def lowest(category: str) -> int:
    """The last place of a category: that of its lowest grade, or of the post without one, which stands below."""
    last = int(system()["categories"][category]["last"])
    return last + 1 if category == system()["ungraded"]["category"] else last


def place(category: str, words: str) -> int | None:
    """The place within a category of a grade as a file writes it: ``管理七级``, ``七级``, ``7``, ``GL07`` or
    ``普通工``. None for no grade, and for one of another category.
    """
    one = system()["categories"][category]
    text = words.strip()
    found = rank(normal(one["prefix"], f"{text}级" if text.isascii() and text.isdecimal() else text, text))
    return found[1] if found is not None and found[0] == category else None


def words(category: str, at: int) -> Translation:
    """A place within a category in words: ``七级`` and ``7``, ``普通工`` and ``unskilled work``."""
    if at > system()["categories"][category]["last"]:
        return Translation(system()["ungraded"]["title"])
    return Translation(zh_CN=f"{_NUMBERS[at]}级", en=str(at))


def _named(one: Mapping[str, Any], level: int) -> str | None:
    return f"{one['prefix']}{_NUMBERS[level]}级" if one["first"] <= level <= one["last"] else None
