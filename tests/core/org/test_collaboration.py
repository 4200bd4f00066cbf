"""Where the drawing of hand-overs puts its cards, labels and lines."""

from __future__ import annotations

import itertools
import re

from core.org.collaboration import CARD, LABEL, Map, draw, layers
from core.org.edges import Edge

#: A chain with a shortcut, a fan, two that hand over to each other, and one that hands over to itself.
EDGES = [
    Edge(1, 2, "leads"), Edge(2, 3, "orders"), Edge(1, 3, "a label of the company that is rather longer than a line"),
    Edge(1, 4, "分给各部门的线索"), Edge(4, 1, "反馈"), Edge(5, 6, "x"), Edge(5, 7, "y"), Edge(5, 8, "z"),
    Edge(6, 6, "self"),
]
ORDER = {unit: unit for unit in range(1, 9)}


def boxes(drawn: Map) -> list[tuple[float, float, float, float]]:
    """Left, right, top and bottom of everything that stands in the drawing."""
    spots = [(one, CARD) for one in drawn.cards.values()] + [(line.label, LABEL) for line in drawn.lines]
    return [(one.x, one.x + wide, one.y - one.height / 2, one.y + one.height / 2) for one, wide in spots]


def test_who_receives_stands_to_the_right() -> None:
    """One step behind the last it receives from; of a ring the later unit stands right and hands back."""
    assert layers(EDGES, ORDER) == {1: 0, 2: 1, 3: 2, 4: 1, 5: 0, 6: 1, 7: 1, 8: 1}
    assert layers([Edge(2, 1, "a"), Edge(1, 2, "b")], {1: 5, 2: 4}) == {2: 0, 1: 1}


def test_nothing_lies_on_anything_else() -> None:
    """No two boxes overlap, and all lie inside the drawing."""
    drawn = draw(EDGES, ORDER)
    found = boxes(drawn)
    assert len(found) == 8 + 8
    for one, other in itertools.combinations(found, 2):
        apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
        assert apart, (one, other)
    assert all(left >= 0 and right <= drawn.width and top >= 0 and bottom <= drawn.height
               for left, right, top, bottom in found)


def test_lines_begin_and_end_at_their_cards() -> None:
    """From the edge of the one who hands over, by way of the label, to the edge of the one who receives."""
    drawn = draw(EDGES, ORDER)
    for line in drawn.lines:
        numbers = [float(text) for text in re.findall(r"-?[\d.]+", line.path)]
        start, end = drawn.cards[line.edge.from_unit_id], drawn.cards[line.edge.to_unit_id]
        assert numbers[0] in (start.x, start.x + CARD)
        assert numbers[-2] in (end.x, end.x + CARD)
        assert (numbers[1], numbers[-1]) == (round(start.y, 4), round(end.y, 4))
        assert numbers[7] == numbers[9] == line.label.y
    assert draw([], {}).lines == []
    assert draw([Edge(6, 6, "self")], ORDER).cards == {}
