"""The drawing of a definition: every way is there once, none lies over another, and an example lights what it takes."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.workflow import records, way
from core.workflow.designing import checking, drawing, versions
from core.workflow.processes.definition import END, Definition, read
from tests.core.workflow.conftest import KIND, LISTS, SUPERIOR, Office


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Steps that lead anywhere, also back and to nothing that another leads to."""
    keys = [f"s{number}" for number in range(draw(st.integers(1, 8)))]
    to = st.sampled_from(["", END, *keys])
    steps: list[dict[str, Any]] = []
    for key in keys:
        when = draw(st.booleans())
        branch = {"when": "amount > 1.00", "otherwise": draw(to)} if when else {}
        steps.append({"key": key, "next": draw(to), **branch})
    return read({"title": "A", "steps": steps})


@given(definitions())
def test_every_way_is_drawn_once_and_none_lies_over_another(definition: Definition) -> None:
    found = drawing.edges(definition)
    assert len(found) == len(definition.steps) + sum(bool(one.when) for one in definition.steps)
    assert all(one.end == one.start + 1 and one.kind == "then" for one in found if one.lane == 0)
    for one, other in combinations([one for one in found if one.lane], 2):
        assert one.lane != other.lane or not drawing.overlap(one, other)
    follows = checking.edges(definition)
    keys = [one.key for one in definition.steps]
    for number, key in enumerate(keys):
        assert {keys[one.end] for one in found if one.start == number and one.end < len(keys)} == follows[key]


@given(definitions())
def test_each_way_in_a_lane_goes_out_and_comes_in(definition: Definition) -> None:
    found = drawing.edges(definition)
    seen = [piece for row in range(len(definition.steps) + 1) for piece in drawing.pieces(found, row)]
    for one in found:
        if one.lane:
            parts = sorted(piece.part for piece in seen if piece.edge == one)
            assert parts == ["in", "out", *["through"] * max(abs(one.end - one.start) - 1, 0)]


def test_an_example_lights_its_way(office: Office) -> None:
    """A small amount goes around the first step, a large one through it."""
    office.publish({**SUPERIOR, "when": "amount > 10000.00"}, LISTS)
    for amount, first in ((800_000, "otherwise"), (1_200_000, "then")):
        run = office.hand_in(amount)

        def lit(session: Any, run: Any = run) -> set[tuple[int, int, str]]:
            kind = versions.kind_of(session, KIND)
            definition = versions.definition_of(versions.in_force(session, kind, KIND))
            record = records.record_of(session, kind, run.resource_id)
            walked = way.walked(session, kind, definition, record)
            return {(one.start, one.end, one.kind) for one in drawing.edges(definition, walked) if one.lit}

        assert office.look(lit) == {(0, 1, first), (1, 2, "then")}
