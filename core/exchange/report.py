"""What an import found and did, for a page, a terminal and a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.base.errors import Problem
from core.base.stored import from_json, to_json
from core.base.text import Text, catalogue
from core.exchange.models import DONE, FAILED, UNCHANGED

_ = catalogue("exchange")


@dataclass(frozen=True)
class ImportReport:
    """The outcome of a dry run or a real run.

    ``state``: ``checked`` (a dry run without problems), ``failed`` (problems: nothing was written), ``done``,
    ``unchanged``. ``counts``: rows, new, changed, unchanged, closed. ``problem_count`` may exceed the problems listed.
    """

    kind: str
    state: str
    file_name: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    problem_count: int = 0
    warnings: Sequence[Problem] = ()
    import_id: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the file has no problem."""
        return self.problem_count == 0

    def summary(self) -> Text:
        """The outcome as one sentence."""
        counts: dict[str, Any] = {"new": 0, "changed": 0, "unchanged": 0, "closed": 0, **self.counts}
        rows = counts.pop("rows", 0)
        if self.state == FAILED:
            return _("Problems found: {count}. Nothing was written.", count=self.problem_count)
        if self.state == UNCHANGED:
            return _("The {count} row is stored already; nothing was changed.",
                     "All {count} rows are stored already; nothing was changed.", count=rows)
        if self.state == DONE:
            return _("Imported {count} row: {new} new, {changed} changed, {closed} closed, {unchanged} unchanged.",
                     "Imported {count} rows: {new} new, {changed} changed, {closed} closed, {unchanged} unchanged.",
                     count=rows, **counts)
        return _("Checked {count} row: {new} new, {changed} changed, {closed} closed, {unchanged} unchanged. "
                 "Nothing was written.",
                 "Checked {count} rows: {new} new, {changed} changed, {closed} closed, {unchanged} unchanged. "
                 "Nothing was written.", count=rows, **counts)

    def to_json(self) -> dict[str, Any]:
        """The report as stored JSON; texts stay unrendered."""
        return {
            "kind": self.kind, "state": self.state, "file_name": self.file_name, "counts": dict(self.counts),
            "problem_count": self.problem_count, "problems": [_problem_to_json(one) for one in self.problems],
            "warnings": [_problem_to_json(one) for one in self.warnings], "import_id": self.import_id,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ImportReport:
        """A stored report, back again."""
        return cls(
            kind=stored["kind"], state=stored["state"], file_name=stored["file_name"], counts=stored["counts"],
            problem_count=stored["problem_count"], import_id=stored.get("import_id"),
            problems=[_problem_from_json(one) for one in stored["problems"]],
            warnings=[_problem_from_json(one) for one in stored["warnings"]],
        )

    def rendered(self) -> dict[str, Any]:
        """The report for a program, texts in the current language: the ``--json`` of the command line and the API."""
        return {
            **self.to_json(),
            "summary": str(self.summary()),
            "problems": [rendered(one) for one in self.problems],
            "warnings": [rendered(one) for one in self.warnings],
        }


def rendered(problem: Problem) -> dict[str, Any]:
    """A problem with its texts in the current language."""
    return {
        "row": problem.row, "column": problem.column, "value": problem.value, "message": str(problem.message),
        "remedy": str(problem.remedy) if problem.remedy is not None else None,
    }


def line(problem: Problem) -> str:
    """A problem as one line for a terminal, in the current language: where, what, remedy."""
    sentence = problem.sentence()
    if problem.row is not None and problem.column is not None:
        return str(_("Row {row}, {column}: {sentence}", row=problem.row, column=problem.column, sentence=sentence))
    if problem.row is not None:
        return str(_("Row {row}: {sentence}", row=problem.row, sentence=sentence))
    return sentence


def _problem_to_json(problem: Problem) -> list[Any]:
    return [problem.row, problem.column, problem.value, to_json(problem.message), to_json(problem.remedy)]


def _problem_from_json(stored: Sequence[Any]) -> Problem:
    row, column, value, message, remedy = stored
    return Problem(from_json(message), row=row, column=column, value=value, remedy=from_json(remedy))


