"""The form of a pattern."""

from __future__ import annotations

from core.base.text import catalogue
from core.numbers.patterns import LONGEST_PATTERN
from core.schemas import fields

_ = catalogue("numbers")


class PatternSchema(fields.Schema):
    """How the documents of a kind are numbered."""

    pattern = fields.String(
        max_length=LONGEST_PATTERN,
        metadata={
            "label": _("Pattern"), "span": True, "attrs": {"autocomplete": "off", "spellcheck": "false"},
            "hint": _("Empty: the pattern the program brings along."),
        },
    )
