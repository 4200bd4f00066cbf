"""How the rows of a scope are looked for: from the scope to the rows, or along the rows with a look at each.

A subselect of ids is quick while the scope is narrow. Where it reaches a good part of everything and only the first
rows of an order are wanted, whatever reads the whole scope beforehand comes too late.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select

_WIDE = "remit_wide"


def wide(ids: Select[Any]) -> Select[Any]:
    """The same ids of a scope, told to be so many that ``by_way_of`` looks at row after row."""
    return ids.execution_options(**{_WIDE: True})


def by_way_of(column: Any, link: Any, others: Select[Any], ids: Select[Any] | Sequence[int]) -> ColumnElement[bool]:
    """The rows whose ``column`` is the ``link`` of one of ``others``, which a scope of these ``ids`` has chosen.

    ``others`` selects that link, from aliases made for it alone.
    """
    if isinstance(ids, Select) and ids.get_execution_options().get(_WIDE):
        return others.where(link == column).correlate_except(*others.get_final_froms()).exists()
    found: ColumnElement[bool] = column.in_(others)
    return found
