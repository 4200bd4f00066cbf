"""A definition as a drawing: its steps one below the other, and the ways between them.

A way to the step below is a line; every other one goes out at the right side of its step into a lane, down or up in it,
and in again at its target. No two ways share a piece of a lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.workflow.processes.definition import Definition, StepDef

Kind = Literal["then", "otherwise"]


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from the row ``start`` to the row ``end``; the row behind the last step is the end of the process. ``lane``
    0 is the line to the row below. ``lit``: an example takes it.
    """

    start: int
    end: int
    kind: Kind
    lane: int = 0
    lit: bool = False

    @property
    def up(self) -> bool:
        """Whether it leads back, which a process that is in force never does."""
        return self.end <= self.start


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a way is seen in one row: it goes out of it, through beside it, or in."""

    part: Literal["out", "through", "in"]
    edge: Edge


def edges(definition: Definition, walked: Sequence[tuple[StepDef, bool]] = ()) -> list[Edge]:
    """The ways of a definition with their lanes; ``walked`` are the steps an example came to, and whether it took each.
    """
    rows = {one.key: number for number, one in enumerate(definition.steps)}
    last = len(rows)
    came = [*(rows[step.key] for step, _took in walked), last]
    lit = {
        (start, end, "then" if took else "otherwise")
        for start, end, (_step, took) in zip(came, came[1:], walked, strict=False)
    }
    found = []
    for number, step in enumerate(definition.steps):
        wanted: list[tuple[Kind, StepDef | None]] = [("then", definition.after(step))]
        if step.when:
            wanted.append(("otherwise", definition.instead(step)))
        for kind, to in wanted:
            end = rows[to.key] if to is not None else last
            found.append(Edge(number, end, kind, 0, (number, end, kind) in lit))
    return _laned(found)


def _laned(found: Sequence[Edge]) -> list[Edge]:
    """Each way in the lane nearest to the steps that is free along it; short ones lie inside long ones."""
    straight = [one for one in found if one.kind == "then" and one.end == one.start + 1]
    beside = sorted((one for one in found if one not in straight),
                    key=lambda one: (abs(one.end - one.start), one.start, one.kind))  # fmt: skip
    laned: list[Edge] = []
    for one in beside:
        taken = {other.lane for other in laned if overlap(one, other)}
        lane = next(number for number in range(1, len(beside) + 1) if number not in taken)
        laned.append(Edge(one.start, one.end, one.kind, lane, one.lit))
    return [*straight, *laned]


def overlap(one: Edge, other: Edge) -> bool:
    """Whether two ways would lie over each other in one lane. One may begin where another ends: a way goes in above
    where one goes out.
    """
    if one.up or other.up:
        return max(min(one.start, one.end), min(other.start, other.end)) <= min(
            max(one.start, one.end), max(other.start, other.end)
        )
    return max(one.start, other.start) < min(one.end, other.end)


def pieces(found: Sequence[Edge], row: int) -> list[Piece]:
    """What of the ways in lanes is seen in a row."""
    seen = []
    for one in found:
        low, high = min(one.start, one.end), max(one.start, one.end)
        if one.lane == 0 or not low <= row <= high:
            continue
        if row == one.start:
            seen.append(Piece("out", one))
        if row == one.end:
            seen.append(Piece("in", one))
        if low < row < high:
            seen.append(Piece("through", one))
    return seen


def lanes(found: Sequence[Edge]) -> int:
    """How many lanes the drawing has."""
    return max((one.lane for one in found), default=0)

