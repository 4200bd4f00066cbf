"""How a result came about, as data: pages render it in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.base.text import Text
from core.formula.types import Kind, Type, show


@dataclass(frozen=True, slots=True)
class Fact:
    """One more thing to know about a step: the row of a bracket table that applied, the rounding mode."""

    label: str
    value: int | str
    type: Type | None = None

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return self.type.show(int(self.value)) if self.type else str(self.value)


@dataclass(frozen=True, slots=True)
class Trace:
    """One step and the steps it was made from.

    ``op`` is one of literal, input, parameter, component, known, sum, product, round, min, max, clamp, call, compare,
    and, or, not, if, table. ``role`` says what the step is to its parent: term, factor, numerator, denominator, test,
    then, else, argument, outcome. ``value / scale`` is the exact value; ``text`` is the part of the formula as written.
    Branches that were not taken do not appear.
    """

    op: str
    text: str
    kind: Kind
    value: int
    scale: int = 1
    labels: tuple[str, ...] = ()
    name: str = ""
    role: str = ""
    source: Text | str = ""
    facts: tuple[Fact, ...] = ()
    children: tuple[Trace, ...] = ()

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return show(self.kind, self.value, self.scale, self.labels)

    def walk(self) -> Iterator[Trace]:
        """This step and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def used(self, op: str) -> tuple[Trace, ...]:
        """The distinct leaves of one kind that took part: ``used("input")``, ``used("parameter")``."""
        return tuple({step.name: step for step in self.walk() if step.op == op}.values())

    def playing(self, role: str, name: str = "") -> Trace:
        """The same step in a role, under a name of its own if it has one."""
        return replace(self, role=role, name=name or self.name)

    def scaled(self, factor: int) -> Trace:
        """The same value counted in finer units."""
        return self if factor == 1 else replace(self, value=self.value * factor, scale=self.scale * factor)
