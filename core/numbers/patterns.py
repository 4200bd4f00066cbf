"""How a number is written: text with ``{entity}``, ``{year}`` and ``{number:04}`` in it. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.base.errors import DomainError
from core.base.text import Text, catalogue

_ = catalogue("numbers")

#: The longest pattern, and the longest number that comes of one.
LONGEST_PATTERN, LONGEST = 60, 80
_PART = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"number(?::0([1-9]))?")
_KNOWN = ("entity", "year", "number")
#: Blanks and signs that would break a file name or a line of a spreadsheet.
_REFUSED = re.compile(r"[\s\\/:*?\"<>|]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read: whether it names the company and the year, and how many digits a number has at least."""

    text: str
    by_entity: bool
    by_year: bool
    digits: int

    def write(self, entity: str, year: int, number: int) -> str:
        """The number of a document."""
        values = {"entity": entity, "year": f"{year:04d}", "number": f"{number:0{self.digits}d}"}
        return _PART.sub(lambda part: values[part[1].partition(":")[0]], self.text)


def parse(text: str) -> Pattern:
    """Read a pattern; raises ``DomainError`` ``numbers.pattern`` with what is wrong and what to write instead."""
    text = text.strip()
    if not text or len(text) > LONGEST_PATTERN:
        raise _wrong(_("Write a pattern of 1 to {most} characters.", most=LONGEST_PATTERN))
    rest = _PART.sub("", text)
    refused = _REFUSED.search(rest)
    if refused:
        raise _wrong(_("A number cannot hold {sign}; use - or another sign.", sign=repr(refused[0])))
    if "{" in rest or "}" in rest:
        raise _wrong(_("A brace is not closed, or opened twice; write {example}.", example="{number:04}"))
    names, digits = [], 1
    for part in _PART.finditer(text):
        number = _NUMBER.fullmatch(part[1])
        if number is None and part[1] not in ("entity", "year"):
            known = ", ".join(f"{{{name}}}" for name in _KNOWN)
            raise _wrong(_("{part} is none of {known}.", part=part[0], known=known))
        digits = int(number[1]) if number and number[1] else digits
        names.append(part[1].partition(":")[0])
    _check_names(names)
    if "}{" in text:
        raise _wrong(_("Put a sign between two parts, such as -; otherwise two documents may get one number."))
    return Pattern(text, "entity" in names, "year" in names, digits)


def _check_names(names: list[str]) -> None:
    if "number" not in names:
        raise _wrong(_("The running number is missing; write {example}.", example="{number:04}"))
    for name in _KNOWN:
        if names.count(name) > 1:
            raise _wrong(_("{part} stands there twice.", part=f"{{{name}}}"))


def _wrong(message: Text) -> DomainError:
    return DomainError("numbers.pattern", message, "pattern")
