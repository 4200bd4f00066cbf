"""Decision tables: rows of conditions and outcomes, and which row applied.

A condition column has a subject, a formula; a cell holds an interval, a set of labels, or nothing (all values). A rule
may also have a condition of its own, written as a formula. Outcomes are formulas too. Policies: ``first`` takes the
first rule that applies, ``unique`` refuses a case to which two apply, ``collect`` brings all of them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, TypeAlias

import numpy as np

from core.base.text import Text, catalogue
from core.formula.cover import Box, gaps, overlaps
from core.formula.errors import FormulaError, naming
from core.formula.expression import Expression, blocks, compile_expression, computed, explained, joined, row_count
from core.formula.frame import Frame
from core.formula.interval import Cell, Interval, cell_spans, shown_cell, shown_span
from core.formula.numbers import Column, Mask, settled
from core.formula.scope import Scope, prepared_row
from core.formula.trace import Fact, Trace
from core.formula.types import BOOL, COUNT, LARGEST, Span, Type

_ = catalogue("formula")

Policy: TypeAlias = Literal["first", "unique", "collect"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition column: a name, the formula it looks at and its type. ``low`` and ``high`` say which values can
    occur, for the search for gaps; without them the proved bounds of the formula do."""

    name: str
    subject: str
    type: Type
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome column. ``default`` is its value where no rule applies; ``collect`` says how the outcomes of several
    rules are brought together by the policy of that name."""

    name: str
    type: Type
    default: int | None = None
    collect: Literal["sum", "min", "max"] = "sum"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: cells by condition name (none: all values), outcome formulas by outcome name, a condition of its own
    and a note for the reader."""

    when: Mapping[str, Cell]
    then: Mapping[str, str]
    condition: str = ""
    note: Text | str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """A set of cases: the values of each condition, in its units, and as people read them."""

    spans: Mapping[str, Span]
    shown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules (0-based) and the cases both apply to; not ``certain`` where one has a condition of its own."""

    first: int
    second: int
    region: Region
    certain: bool


@dataclass(frozen=True, slots=True)
class Review:
    """What is questionable about a table: cases no rule applies to, cases with two, rules that never come to apply
    because earlier ones take all their cases (0-based)."""

    gaps: tuple[Region, ...]
    overlaps: tuple[Overlap, ...]
    unreachable: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Results for every row: the rule that applied first (0-based, -1 for none), the outcomes, and for each rule where
    it applied (with ``first`` only up to the one that decided)."""

    fired: Column
    outcomes: Mapping[str, Column]
    matches: Mask


@dataclass(frozen=True, slots=True)
class Decision:
    """The result for one row: the rules that applied (0-based), the outcomes and how it came about."""

    fired: tuple[int, ...]
    outcomes: Mapping[str, int]
    trace: Trace


@dataclass(frozen=True, slots=True)
class Row:
    """One compiled rule: the values each cell takes, its own condition, its outcomes."""

    rule: Rule
    cells: Mapping[str, tuple[Span, ...]]
    condition: Expression | None
    outcomes: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A compiled decision table. Made by ``compile_table``."""

    name: str
    policy: Policy
    conditions: tuple[Condition, ...]
    outcomes: tuple[Outcome, ...]
    scope: Scope
    subjects: Mapping[str, Expression]
    rows: tuple[Row, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs the table reads, in the order declared."""
        used = list(self.subjects.values())
        for row in self.rows:
            used += [*row.outcomes.values(), *([row.condition] if row.condition else [])]
        read = {name for expression in used for name in expression.names}
        return tuple(name for name in self.scope.inputs if name in read)

    def run(
        self, columns: Mapping[str, Column], missing: Mapping[str, Mask] | None = None, *, size: int | None = None
    ) -> Decisions:
        """The decision for every row; columns and errors as in ``Program.run``. Raises ``FormulaError`` also for a row
        no rule applies to, where an outcome has no default, and under ``unique`` for a row with two."""
        parts: list[Decisions] = []
        for frame in blocks(self.scope.inputs, self.inputs, columns, missing or {}, row_count(columns, size)):
            with naming(self.name):
                parts.append(self._decided(frame))
        return Decisions(
            joined([part.fired for part in parts]),
            {each.name: joined([part.outcomes[each.name] for part in parts]) for each in self.outcomes},
            np.concatenate([np.zeros((0, len(self.rows)), dtype=np.bool_), *(part.matches for part in parts)]),
        )

    def row(self, values: Mapping[str, int | None]) -> Decision:
        """The decision for one row, with its trace."""
        with naming(self.name):
            return self._one(values)

    def review(self) -> Review:
        """Gaps, overlaps and unreachable rules. A rule with a condition of its own is not counted on to apply."""
        domain = tuple(self._domain(condition) for condition in self.conditions)
        boxes = [self._boxes(row, domain) for row in self.rows]
        sure = [[] if row.condition else boxes[place] for place, row in enumerate(self.rows)]
        found = tuple(
            Overlap(a, b, self._region(box), not (self.rows[a].condition or self.rows[b].condition))
            for a, b, box in overlaps(boxes)
        )
        dead = tuple(
            place
            for place in range(len(self.rows))
            if all(not gaps(box, [cut for rule in sure[:place] for cut in rule]) for box in boxes[place])
        )
        open_boxes = gaps(domain, [box for rule in sure for box in rule])
        return Review(tuple(self._region(box) for box in open_boxes), found, dead)

    # columns

    def _decided(self, frame: Frame) -> Decisions:
        subjects = {name: computed(expression, frame) for name, expression in self.subjects.items()}
        matches = np.zeros((frame.size, len(self.rows)), dtype=np.bool_)
        still = np.ones(frame.size, dtype=np.bool_)
        for place, row in enumerate(self.rows):
            hit = still.copy() if self.policy == "first" else np.ones(frame.size, dtype=np.bool_)
            for name, values in subjects.items():
                hit &= _inside(row.cells[name], values)
            if row.condition is not None and hit.any():
                hit[hit] = computed(row.condition, frame.only(hit)) != 0
            matches[:, place] = hit
            still &= ~hit
        if self.policy == "unique":
            self._refuse_double(matches, frame)
        fired = np.where(still, -1, matches.argmax(axis=1)) if self.rows else np.full(frame.size, -1)
        return Decisions(
            fired.astype(np.int64),
            {outcome.name: self._collected(outcome, matches, still, frame) for outcome in self.outcomes},
            matches,
        )

    def _collected(self, outcome: Outcome, matches: Mask, none: Mask, frame: Frame) -> Column:
        if outcome.default is None and none.any():
            raise self._no_rule(frame.rows(none))
        most = abs(outcome.default or 0) + sum(row.outcomes[outcome.name].span.size for row in self.rows)
        result = np.full(frame.size, outcome.default or 0, dtype=np.int64 if most <= LARGEST else object)
        seen = np.zeros(frame.size, dtype=np.bool_)
        for place, row in enumerate(self.rows):
            hit = matches[:, place]
            if hit.any():
                values = computed(row.outcomes[outcome.name], frame.only(hit))
                merged = _MERGE[outcome.collect][0](result[hit], values)
                result[hit] = np.where(seen[hit], merged, values)
                seen |= hit
        return settled(result)

    def _refuse_double(self, matches: Mask, frame: Frame) -> None:
        double = matches.sum(axis=1) > 1
        if double.any():
            rows = frame.rows(double)
            first, second = np.flatnonzero(matches[np.flatnonzero(double)[0]])[:2]
            raise self._two_rules(int(first), int(second), rows)

    # one row

    def _one(self, values: Mapping[str, int | None]) -> Decision:
        row = prepared_row(self.scope.inputs, self.inputs, values)
        subjects = {name: explained(expression, row) for name, expression in self.subjects.items()}
        fired: list[int] = []
        for place, each in enumerate(self.rows):
            fits = all(_holds(each.cells[name], step.value) for name, step in subjects.items())
            if fits and (each.condition is None or explained(each.condition, row).value):
                fired.append(place)
                if self.policy == "first":
                    break
        if self.policy == "unique" and len(fired) > 1:
            raise self._two_rules(fired[0], fired[1], [])
        steps = [step.playing("condition", name) for name, step in subjects.items()]
        outcomes: dict[str, int] = {}
        for outcome in self.outcomes:
            traces = [explained(self.rows[place].outcomes[outcome.name], row) for place in fired]
            if not traces and outcome.default is None:
                raise self._no_rule([])
            found = [trace.value for trace in traces] or [outcome.default or 0]
            outcomes[outcome.name] = _MERGE[outcome.collect][1](found)
            steps += [trace.playing("outcome", outcome.name) for trace in traces]
        facts = tuple(fact for place in fired for fact in self._cells(place))
        first = fired[0] + 1 if fired else 0
        trace = Trace("table", self.name, "count", first, name=self.name, facts=facts, children=tuple(steps))
        return Decision(tuple(fired), outcomes, trace)

    def _cells(self, place: int) -> Iterator[Fact]:
        """The number of a rule, its cells as written and its note."""
        rule = self.rows[place].rule
        yield Fact("rule", place + 1, COUNT)
        for condition in self.conditions:
            if condition.name in rule.when:
                yield Fact(condition.name, shown_cell(rule.when[condition.name], condition.type))
        if rule.condition:
            yield Fact("condition", rule.condition)
        if rule.note:
            yield Fact("note", str(rule.note))

    # review

    def _domain(self, condition: Condition) -> Span:
        proved = self.subjects[condition.name].span
        return Interval(condition.low, condition.high).span(proved)

    def _boxes(self, row: Row, domain: Box) -> list[Box]:
        """A rule as boxes within the domain: one for each choice of a run of labels per condition."""
        sides = [
            [span for span in (_clipped(run, whole) for run in row.cells[condition.name]) if span.low <= span.high]
            for condition, whole in zip(self.conditions, domain, strict=True)
        ]
        return list(product(*sides))

    def _region(self, box: Box) -> Region:
        spans = {condition.name: span for condition, span in zip(self.conditions, box, strict=True)}
        shown = {each.name: shown_span(spans[each.name], each.type) for each in self.conditions}
        return Region(spans, shown)

    # refusals

    def _no_rule(self, rows: Sequence[int]) -> FormulaError:
        if rows:
            message = _(
                "Row {row}: no rule of table {table} applies. Add a rule, or a default.",
                row=rows[0] + 1,
                table=self.name,
            )
        else:
            message = _("No rule of table {table} applies. Add a rule, or a default.", table=self.name)
        return FormulaError("formula.no_rule", message, rows=rows)

    def _two_rules(self, first: int, second: int, rows: Sequence[int]) -> FormulaError:
        if rows:
            message = _(
                "Row {row}: rules {first} and {second} of table {table} both apply. Make their cases apart.",
                row=rows[0] + 1,
                first=first + 1,
                second=second + 1,
                table=self.name,
            )
        else:
            message = _(
                "Rules {first} and {second} of table {table} both apply. Make their cases apart.",
                first=first + 1,
                second=second + 1,
                table=self.name,
            )
        return FormulaError("formula.two_rules", message, rows=rows)


_MERGE: Mapping[str, tuple[Callable[..., Column], Callable[[list[int]], int]]] = {
    "sum": (np.add, sum),
    "min": (np.minimum, min),
    "max": (np.maximum, max),
}


def compile_table(
    name: str,
    conditions: Sequence[Condition],
    outcomes: Sequence[Outcome],
    rules: Sequence[Rule],
    scope: Scope,
    policy: Policy = "first",
) -> DecisionTable:
    """Check and compile a decision table.

    Raises ``FormulaError``: ``field`` is ``conditions.<name>``, ``rules.<0-based>.<condition or outcome>`` or
    ``rules.<0-based>.condition``.
    """
    subjects = {
        each.name: compile_expression(each.subject, each.type, scope, name=f"conditions.{each.name}")
        for each in conditions
    }
    rows: list[Row] = []
    for place, rule in enumerate(rules):
        cells: dict[str, tuple[Span, ...]] = {}
        for column in conditions:
            with naming(f"rules.{place}.{column.name}"):
                cells[column.name] = cell_spans(rule.when.get(column.name), column.type, subjects[column.name].span)
        condition = None
        if rule.condition:
            condition = compile_expression(rule.condition, BOOL, scope, name=f"rules.{place}.condition")
        results = {}
        for each in outcomes:
            written, field = rule.then.get(each.name, ""), f"rules.{place}.{each.name}"
            results[each.name] = compile_expression(written, each.type, scope, name=field)
        rows.append(Row(rule, cells, condition, results))
    return DecisionTable(name, policy, tuple(conditions), tuple(outcomes), scope, subjects, tuple(rows))


def _inside(cell: Sequence[Span], values: Column) -> Mask:
    result = np.zeros(len(values), dtype=np.bool_)
    for span in cell:
        result |= (values >= span.low) & (values <= span.high)
    return result


def _holds(cell: Sequence[Span], value: int) -> bool:
    return any(span.low <= value <= span.high for span in cell)


def _clipped(span: Span, domain: Span) -> Span:
    return Span(max(span.low, domain.low), min(span.high, domain.high))
