"""A process as its page draws it: each step with whom it asks and what is wrong with it, and the ways between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.base.text import Text, catalogue
from core.kernel.house import of
from core.workflow.designing import checking, drawing
from core.workflow.designing.drawing import Piece
from core.workflow.designing.editing import ASKED
from core.workflow.designing.finding import Finding
from core.workflow.processes.definition import Definition, StepDef
from core.workflow.way import TYPES

_ = catalogue("workflow")


@dataclass(frozen=True, slots=True)
class Row:
    """A step in the drawing. ``below``: a line leads to the row below, and whether an example takes it. ``taken`` says
    what an example does here: takes it, passes over it, or None where it does not come by.
    """

    key: str
    title: str
    type: Text
    asks: Sequence[Text | str]
    several: bool
    in_turn: bool
    facts: Sequence[Text | str]
    human: bool
    reached: bool
    taken: bool | None
    findings: Sequence[Finding]
    pieces: Sequence[Piece]
    below: bool
    below_lit: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole drawing; ``ends`` are the ways that lead to its end."""

    rows: Sequence[Row]
    lanes: int
    ends: Sequence[Piece]
    ended: bool
    refusable: bool


def flow(
    session: Session, read: Definition, findings: Sequence[Finding], walked: Sequence[tuple[StepDef, bool]] = ()
) -> Flow:
    """The drawing of a definition, with what is wrong at each step and the way an example takes."""
    titles: dict[str, Text | str] = {key: one.title for key, one in of(session).registry.actions.items()}
    ways, reached = drawing.edges(read, walked), checking.reached(read)
    taken = {step.key: took for step, took in walked}
    straight = {one.start: one for one in ways if one.lane == 0}
    rows = [
        Row(
            one.key, str(one.title) or one.key, TYPES[one.type], _asks(one, titles), one.type == "review", one.in_turn,
            _facts(one, read), one.human, one.key in reached, taken.get(one.key),
            [found for found in findings if found.step == one.key], drawing.pieces(ways, number), number in straight,
            number in straight and straight[number].lit,
        ) for number, one in enumerate(read.steps)
    ]  # fmt: skip
    end = len(rows)
    return Flow(
        rows, drawing.lanes(ways), drawing.pieces(ways, end), any(one.lit and one.end == end for one in ways),
        any(one.human for one in read.steps),
    )


def _asks(step: StepDef, titles: Mapping[str, Text | str]) -> list[Text | str]:
    found: list[Text | str] = []
    for ask in step.asked if step.human or step.type == "notify" else ():
        if ask.kind == "relation":
            found.append(ASKED[ask.value])
        elif ask.kind == "action":
            found.append(titles.get(ask.value, ask.value) if ask.value else ASKED["lists"])
        else:
            found.append(ask.value)
    return found


def _facts(step: StepDef, read: Definition) -> list[Text | str]:
    facts: list[Text | str] = []
    if step.when:
        facts.append(_("only when {formula}", formula=step.when))
    if step.type == "review":
        count = len(step.asked)
        facts.append(_("{needs} of {asked} must agree", needs=step.needed or count, asked=count))
    if step.within is not None:
        facts.append(_("within {count} working day", "within {count} working days", count=step.within.days))
    if step.next:
        facts.append(_("then {key}", key=_name(step.next, read)))
    if step.otherwise:
        facts.append(_("otherwise {key}", key=_name(step.otherwise, read)))
    detail: Mapping[str, Any] = step.detail
    told = detail.get("tag") or detail.get("until") or detail.get("days") or detail.get("process") or ""
    if step.type == "set":
        told = f"{detail['field']} = {detail['value']}"
    return [*facts, str(told)] if told else facts


def _name(key: str, read: Definition) -> Text | str:
    step = read.step(key)
    return (str(step.title) or key) if step is not None else _("the end")
