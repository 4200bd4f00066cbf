"""Formulas that build on each other: the components of a pay run, the indicators of a review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.formula.check import check
from core.formula.errors import naming
from core.formula.expression import Expression, blocks, computed, explained, joined, row_count
from core.formula.graph import ordered, reachable
from core.formula.numbers import Column, Mask
from core.formula.parse import Source, names_in, parse
from core.formula.scope import Computed, Scope, check_name, prepared_row
from core.formula.trace import Trace
from core.formula.types import Type


@dataclass(frozen=True, slots=True)
class Component:
    """A named formula and the type of its result."""

    name: str
    source: str
    type: Type


@dataclass(frozen=True, slots=True)
class Unused:
    """What a program has but does not need for the wanted results."""

    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    components: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """Compiled components in an order in which each comes after those it names. Made by ``compile_program``.

    A program holds no data and may be kept and shared; which formulas, parameters and tables are in force on a day is
    for the caller to choose before compiling.
    """

    expressions: Mapping[str, Expression]
    scope: Scope
    needs: Mapping[str, tuple[str, ...]]

    @property
    def order(self) -> tuple[str, ...]:
        """The names of the components in the order they are computed."""
        return tuple(self.expressions)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs that some component reads, in the order declared."""
        return self._inputs(self.expressions)

    def unused(self, wanted: Iterable[str]) -> Unused:
        """Inputs, parameters and components that the wanted components do not need, directly or through others."""
        used = reachable(self.needs, wanted)
        return Unused(
            tuple(name for name in self.scope.inputs if name not in used),
            tuple(name for name in self.scope.parameters if name not in used),
            tuple(name for name in self.expressions if name not in used),
        )

    def run(
        self,
        columns: Mapping[str, Column],
        missing: Mapping[str, Mask] | None = None,
        *,
        wanted: Sequence[str] | None = None,
        size: int | None = None,
    ) -> dict[str, Column]:
        """All components, or the ``wanted`` ones and nothing they do not need, for every row.

        ``columns`` are integers in the scale of their type, all of one length; ``missing`` marks rows where an input
        has no value; ``size`` is needed where no column is given. The results are int64 (object with Python integers
        only where a value does not fit). Raises ``FormulaError`` with ``field`` and ``rows`` for missing and unbounded
        values and division by zero, ``KeyError`` for a wanted name that is no component.
        """
        chosen = self._chosen(wanted)
        parts: dict[str, list[Column]] = {name: [] for name in chosen}
        count = row_count(columns, size)
        for frame in blocks(self.scope.inputs, self._inputs(chosen), columns, missing or {}, count):
            for name in chosen:
                result = computed(self.expressions[name], frame)
                frame.put(name, result)
                parts[name].append(result)
        return {name: joined(parts[name]) for name in (chosen if wanted is None else wanted)}

    def row(self, values: Mapping[str, int | None], *, wanted: Sequence[str] | None = None) -> dict[str, int]:
        """The same for one row; None, or no entry, is a missing value."""
        return {name: trace.value for name, trace in self.explain(values, wanted=wanted).items()}

    def explain(self, values: Mapping[str, int | None], *, wanted: Sequence[str] | None = None) -> dict[str, Trace]:
        """Every component of one row with its steps. A step that names another component is a leaf with
        ``op="component"``; its own steps stand under that name."""
        chosen = self._chosen(wanted)
        row = prepared_row(self.scope.inputs, self._inputs(chosen), values)
        traces: dict[str, Trace] = {}
        for name in chosen:
            traces[name] = explained(self.expressions[name], row)
            row.put(name, traces[name].value)
        return {name: traces[name] for name in (chosen if wanted is None else wanted)}

    def _chosen(self, wanted: Sequence[str] | None) -> list[str]:
        if wanted is None:
            return list(self.expressions)
        for name in wanted:
            self.expressions[name]
        needed = reachable(self.needs, wanted)
        return [name for name in self.expressions if name in needed]

    def _inputs(self, chosen: Iterable[str]) -> tuple[str, ...]:
        read = {name for component in chosen for name in self.expressions[component].names}
        return tuple(name for name in self.scope.inputs if name in read)


def compile_program(components: Iterable[Component], scope: Scope) -> Program:
    """Read, order and check a set of formulas. A formula may name inputs, parameters and other components.

    Raises ``FormulaError``: for a formula (``field`` says which), for a cycle (named), for an unknown name (with the
    nearest known one); ``ValueError`` for a component name that is no name or is taken.
    """
    given: dict[str, Component] = {}
    parsed: dict[str, Source] = {}
    for component in components:
        check_name(component.name)
        if component.name in given or scope.holds(component.name):
            raise ValueError(f"the name {component.name} is taken already")
        given[component.name] = component
        with naming(component.name):
            parsed[component.name] = parse(component.source)
    needs = {name: tuple(names_in(source)) for name, source in parsed.items()}
    expressions: dict[str, Expression] = {}
    results: dict[str, Computed] = {}
    for name in ordered(needs):
        component = given[name]
        with naming(name):
            node = check(parsed[name], component.type, scope, results, tuple(given))
        expressions[name] = Expression(name, component.source, component.type, node, scope.inputs)
        results[name] = Computed(component.type, node.span)
    return Program(expressions, scope, needs)
