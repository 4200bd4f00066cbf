"""A list as a document: what it says as drafts, read strictly from YAML or a workbook, and written in one form.

``parse`` reads YAML, ``format_list`` writes it, and each undoes the other; ``core/authority/workbook`` does the same
with spreadsheets. What is wrong is said with its place.
"""

from core.authority.document.drafts import (
    BoundaryDraft,
    DutyDraft,
    EntryDraft,
    ExpectationDraft,
    KpiDraft,
    ListDraft,
    SeparationDraft,
    located,
)
from core.authority.document.formatting import format_list
from core.authority.document.reading import parse

__all__ = [
    "BoundaryDraft",
    "DutyDraft",
    "EntryDraft",
    "ExpectationDraft",
    "KpiDraft",
    "ListDraft",
    "SeparationDraft",
    "format_list",
    "located",
    "parse",
]
