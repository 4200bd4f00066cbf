"""The collaboration view: units as cards, and between them what one hands over to another, laid out in columns.

What is handed over is a box between the two cards, so that no label ever lies on another. A unit stands right of
those it receives from; where the lines run in a ring, some of them point back to the left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from unicodedata import east_asian_width

from core.org.edges import Edge

CARD, CARD_HEIGHT = 176, 74
LABEL, LABEL_LINE, LABEL_PAD = 196, 18, 16
GAP, ROW = 56, 22
EDGE_OF_DRAWING = 20
#: So many widths of a Latin letter fit a line of a label.
LETTERS = 27


@dataclass(slots=True)
class Spot:
    """A box of the drawing: its middle at the left edge (``x``, ``y``) and its height, in pixels."""

    x: int
    height: int
    y: float = 0.0


@dataclass(slots=True)
class Line:
    """One hand-over: its box, and the two curves to and from it."""

    number: int
    edge: Edge
    label: Spot
    path: str = ""


@dataclass(slots=True)
class Map:
    """The whole drawing in pixels."""

    width: int = 0
    height: int = 0
    cards: dict[int, Spot] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


def layers(edges: Iterable[Edge], order: Mapping[int, int]) -> dict[int, int]:
    """How far right each unit stands: one step behind the last it receives from; lines that close a ring are left out.

    ``order`` is the order of the tree: where there is a choice, the earlier unit stands to the left.
    """
    onward: dict[int, list[int]] = {}
    units: set[int] = set()
    for edge in edges:
        onward.setdefault(edge.from_unit_id, []).append(edge.to_unit_id)
        units |= {edge.from_unit_id, edge.to_unit_id}
    done: list[int] = []
    state: dict[int, int] = {}
    back: set[tuple[int, int]] = set()
    for start in sorted(units, key=order.__getitem__):
        stack = [(start, iter(sorted(onward.get(start, ()), key=order.__getitem__)))] if start not in state else []
        state.setdefault(start, 1)
        while stack:
            here, following = stack[-1]
            other = next(following, None)
            if other is None:
                state[here] = 2
                done.append(here)
                stack.pop()
            elif state.get(other) == 1:
                back.add((here, other))
            elif other not in state:
                state[other] = 1
                stack.append((other, iter(sorted(onward.get(other, ()), key=order.__getitem__))))
    layer = dict.fromkeys(units, 0)
    for here in reversed(done):
        for other in onward.get(here, ()):
            if (here, other) not in back:
                layer[other] = max(layer[other], layer[here] + 1)
    return layer


def draw(edges: Sequence[Edge], order: Mapping[int, int]) -> Map:
    """Where everything stands. ``order`` is the place of each unit in the tree, and holds every unit of the edges."""
    edges = [edge for edge in edges if edge.from_unit_id != edge.to_unit_id]
    made = Map()
    if not edges:
        return made
    layer = layers(edges, order)
    step = CARD + LABEL + 2 * GAP
    for unit in layer:
        made.cards[unit] = Spot(EDGE_OF_DRAWING + layer[unit] * step, CARD_HEIGHT)
    columns: dict[int, list[Line]] = {}
    for number, edge in enumerate(edges):
        between = min(layer[edge.from_unit_id], layer[edge.to_unit_id])
        spot = Spot(EDGE_OF_DRAWING + between * step + CARD + GAP, _height(str(edge.label)))
        line = Line(number, edge, spot)
        made.lines.append(line)
        columns.setdefault(between, []).append(line)
    for at in range(max(layer.values()) + 1):
        _place([made.cards[unit] for unit in sorted(
            (unit for unit in layer if layer[unit] == at), key=lambda unit: (_wish(unit, made), order[unit])
        )], {id(made.cards[unit]): _wish(unit, made) for unit in layer if layer[unit] == at})
        mine = sorted(columns.get(at, ()), key=lambda line: (_near(line, made, layer, at), line.number))
        _place([line.label for line in mine], {id(line.label): _near(line, made, layer, at) for line in mine})
    spots = [*made.cards.values(), *(line.label for line in made.lines)]
    made.width = max(spot.x for spot in spots) + CARD + EDGE_OF_DRAWING
    made.height = int(max(spot.y + spot.height / 2 for spot in spots)) + EDGE_OF_DRAWING
    for line in made.lines:
        line.path = _path(line, made)
    return made


def _height(label: str) -> int:
    letters = sum(2 if east_asian_width(char) in "WF" else 1 for char in label)
    return max(1, -(-letters // LETTERS)) * LABEL_LINE + LABEL_PAD


def _wish(unit: int, made: Map) -> float:
    """The height a unit would like: the mean of the boxes that lead to it and are placed."""
    near = [line.label.y for line in made.lines if line.edge.to_unit_id == unit and line.label.y]
    return sum(near) / len(near) if near else 0.0


def _near(line: Line, made: Map, layer: Mapping[int, int], at: int) -> float:
    ends = (line.edge.from_unit_id, line.edge.to_unit_id)
    return next(made.cards[unit].y for unit in ends if layer[unit] == at)


def _place(spots: Sequence[Spot], wishes: Mapping[int, float]) -> None:
    """One below the other, each as near to its wish as those above it leave room."""
    bottom = float(EDGE_OF_DRAWING)
    for spot in spots:
        spot.y = max(bottom + spot.height / 2, wishes[id(spot)])
        bottom = spot.y + spot.height / 2 + ROW


def _path(line: Line, made: Map) -> str:
    """Two curves, from the card to the label and on to the other card, whichever side that is on."""
    start, end, label = made.cards[line.edge.from_unit_id], made.cards[line.edge.to_unit_id], line.label
    forward = start.x < end.x
    first = (start.x + CARD, label.x) if forward else (start.x, label.x + LABEL)
    second = (label.x + LABEL, end.x) if forward else (label.x, end.x + CARD)
    return " ".join(_curve(a, from_y, b, to_y) for (a, b), from_y, to_y in (
        (first, start.y, label.y), (second, label.y, end.y)
    ))


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    middle = (x1 + x2) / 2
    return f"M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"


def view(edges: Sequence[Edge], units: Mapping[int, Any]) -> tuple[Map, list[Edge]]:
    """The drawing and the lines it draws; lines to units that are not there on the day are left out."""
    known = [edge for edge in edges if edge.from_unit_id in units and edge.to_unit_id in units]
    return draw(known, {unit: box.lft for unit, box in units.items()}), known
