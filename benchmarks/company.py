"""People by the hundred thousand, with posts, agreed amounts and contribution bases, written as columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from remit.base import FOREVER
from remit.models import Assignment, Employment, EmploymentTerms, Person, bulk

IntColumn = NDArray[np.int64]
#: Agreed amounts in hundredths of the base pay.
_AGREED = {"base_pay": 100, "position_pay": 20, "performance_pay": 15, "allowance": 5, "phone_allowance": 2}


def hire(
    session: Session, ids: IntColumn, *, entity: int, agent: int, position: int, components: Mapping[str, int]
) -> IntColumn:
    """Employ people under the numbers ``ids`` (of persons and employments alike) since 2020; returns the base pay of
    each in minor units.

    They live in Beijing and Shanghai, and every second one supports his parents.
    """
    from payroll.models import Contribution, Deduction, Salary

    size = int(ids.size)
    base: IntColumn = np.random.default_rng(20261123).integers(600_000, 5_000_000, size)
    hired = np.full(size, np.datetime64("2020-01-01"), dtype="datetime64[D]")
    forever = np.full(size, np.datetime64(FOREVER, "D"), dtype="datetime64[D]")
    numbers = [f"E{number:07d}" for number in ids.tolist()]
    dated = {"valid_from": hired, "valid_to": forever}
    who = {"employment_id": ids, "person_id": ids}
    bulk.write_columns(session, Person, {"id": ids, "name": numbers, "sort_key": numbers})
    bulk.write_columns(
        session, Employment, {"id": ids, "number": numbers, "person_id": ids, "hired_on": hired, "left_on": forever}
    )
    place = np.where(ids % 3 == 0, "CN-BJ", "CN-SH").tolist()
    terms = {"legal_entity_id": entity, "withholding_agent_id": agent, "contribution_place": place}
    bulk.write_columns(session, EmploymentTerms, {"employment_id": ids, **dated, **terms})
    bulk.write_columns(session, Assignment, {**who, "position_id": position, **dated})
    for code, part in _AGREED.items():
        amounts: dict[str, Any] = {"component_id": components[code], "amount": base * part // 100}
        bulk.write_columns(session, Salary, {**who, **amounts, **dated})
    bulk.write_columns(session, Contribution, {**who, **dated, "si_base": base, "hf_base": base, "hf_rate": 70_000})
    some = ids[ids % 2 == 0]
    whole_time = {name: days[: some.size] for name, days in dated.items()}
    bulk.write_columns(
        session, Deduction,
        {"employment_id": some, "person_id": some, "kind": "elderly", "kind_key": 5, "amount": 300_000, **whole_time},
    )  # fmt: skip
    return base
