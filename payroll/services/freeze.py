"""Freezing what slips were computed from, in packed blocks, and reading one slip's part of it back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll.models import SlipInput
from payroll.rules.proration import IntColumn
from payroll.rules.slices import Slices
from remit.models import bulk

BLOCK = 4096
MISSING = np.iinfo(np.int64).min
SLICE_NAMES = ("component", "first", "end", "amount", "share")


def store_inputs(
    session: Session, run_id: int, employments: IntColumn, columns: Mapping[str, IntColumn],
    missing: Mapping[str, NDArray[np.bool_]],
) -> None:
    """Write one block per 4,096 employments; ids ascend."""
    _store(session, run_id, "inputs", employments, {
        name: np.where(missing[name], MISSING, values) if name in missing else values
        for name, values in columns.items()
    })  # fmt: skip


def store_slices(session: Session, run_id: int, ids: IntColumn, slices: Slices, days: int) -> None:
    """Write the slices of those whose month was not simply paid whole."""
    partial = (slices.first != 0) | (slices.end != days)
    mine = slices.take(partial)
    if len(mine):
        _store(session, run_id, "slices", ids[mine.person], {name: getattr(mine, name) for name in SLICE_NAMES})


def _store(session: Session, run_id: int, part: str, employments: IntColumn, columns: Mapping[str, IntColumn]) -> None:
    rows: dict[str, list[object]] = {name: [] for name in ("first", "last", "names", "employments", "values")}
    for start in range(0, employments.size, BLOCK):
        block = slice(start, min(start + BLOCK, employments.size))
        names, varied = [], []
        for name, values in columns.items():
            here = values[block]
            if bool((here == here[0]).all()):
                names.append(f"{name}={int(here[0])}")
            else:
                names.append(name)
                varied.append(here)
        matrix = np.stack(varied, axis=1) if varied else np.zeros((block.stop - start, 0), dtype=np.int64)
        rows["first"].append(int(employments[start]))
        rows["last"].append(int(employments[block.stop - 1]))
        rows["names"].append(json.dumps(names))
        rows["employments"].append(employments[block].astype("<i8").tobytes())
        rows["values"].append(matrix.astype("<i8").tobytes())
    bulk.write_columns(
        session, SlipInput,
        {
            "run_id": run_id, "part": part, "first_employment_id": rows["first"], "last_employment_id": rows["last"],
            "names": rows["names"], "employments": rows["employments"], "packed": rows["values"],
        },
    )  # fmt: skip


def frozen_of(
    session: Session, run_id: int, employment_id: int
) -> tuple[dict[str, int | None], list[dict[str, int]]]:
    """Inputs and slices of one slip, in one statement."""
    inputs: dict[str, int | None] = {}
    slices: list[dict[str, int]] = []
    for part, names, values in _rows(session, run_id, ("inputs", "slices"), employment_id):
        if part == "slices":
            slices.append(dict(zip(names, values, strict=True)))
        elif not inputs:
            inputs = {name: None if value == MISSING else value for name, value in zip(names, values, strict=True)}
    return inputs, slices


def inputs_of(session: Session, run_id: int, employment_id: int) -> dict[str, int | None]:
    """The inputs one slip was computed from; None where nobody had a value."""
    return frozen_of(session, run_id, employment_id)[0]


def _rows(
    session: Session, run_id: int, parts: Sequence[str], employment_id: int
) -> Iterator[tuple[str, Sequence[str], Sequence[int]]]:
    blocks = session.scalars(
        select(SlipInput)
        .where(
            SlipInput.run_id == run_id, SlipInput.part.in_(parts), SlipInput.first_employment_id <= employment_id,
            SlipInput.last_employment_id >= employment_id,
        )
        .order_by(SlipInput.first_employment_id, SlipInput.id)
    )
    for block in blocks:
        employments = np.frombuffer(block.employments, dtype="<i8")
        told = [name.partition("=") for name in json.loads(block.names)]
        width = sum(not separator for _name, separator, _value in told)
        matrix = np.frombuffer(block.values, dtype="<i8").reshape(employments.size, width)
        for row in np.flatnonzero(employments == employment_id):
            varied = iter(matrix[row].tolist())
            yield (
                block.part,
                [name for name, _separator, _value in told],
                [int(value) if separator else next(varied) for _name, separator, value in told],
            )
