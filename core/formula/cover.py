"""Which values a set of rules leaves out, and where two of them both apply.

Every condition is over integers (fen, hundredths of a day, positions of labels), so a rule is a box of closed
intervals and the questions have exact answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from core.base.text import catalogue
from core.formula.errors import FormulaError
from core.formula.types import Span

_ = catalogue("formula")

Box: TypeAlias = tuple[Span, ...]

MOST_PIECES = 5_000
"""Pieces of uncovered space beyond which nobody could read the answer."""


def common(one: Box, other: Box) -> Box | None:
    """The box that two boxes share."""
    shared = tuple(Span(max(a.low, b.low), min(a.high, b.high)) for a, b in zip(one, other, strict=True))
    return None if any(span.low > span.high for span in shared) else shared


def without(box: Box, cut: Box) -> list[Box]:
    """What is left of a box when another is taken out, as boxes that do not overlap."""
    shared = common(box, cut)
    if shared is None:
        return [box]
    left: list[Box] = []
    for place, (whole, middle) in enumerate(zip(box, shared, strict=True)):
        head, tail = shared[:place], box[place + 1 :]
        if whole.low < middle.low:
            left.append((*head, Span(whole.low, middle.low - 1), *tail))
        if middle.high < whole.high:
            left.append((*head, Span(middle.high + 1, whole.high), *tail))
    return left


def gaps(domain: Box, boxes: Iterable[Box]) -> list[Box]:
    """What the boxes leave out of the domain. Raises ``FormulaError`` where that falls into too many pieces."""
    open_boxes = [domain]
    for box in boxes:
        open_boxes = [piece for part in open_boxes for piece in without(part, box)]
        if len(open_boxes) > MOST_PIECES:
            raise FormulaError(
                "formula.table_scattered",
                _("The table leaves out too many separate cases to list. Add a last row that takes all other cases."),
            )
    return sorted(open_boxes)


def overlaps(rules: Sequence[Sequence[Box]]) -> list[tuple[int, int, Box]]:
    """Where two rules, each made of boxes, both apply: the two positions and the shared box."""
    found = []
    for first in range(len(rules)):
        for second in range(first + 1, len(rules)):
            for one in rules[first]:
                for other in rules[second]:
                    shared = common(one, other)
                    if shared is not None:
                        found.append((first, second, shared))
    return found
