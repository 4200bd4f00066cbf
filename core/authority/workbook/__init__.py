"""A list as a workbook: one sheet for each kind of row, and the approval matrix that people know from paper.

``to_workbook`` writes a draft, ``from_workbook`` reads one; the words of the sheets are in ``sheets.py``. Reading
hands nested texts to the reader of ``core/authority/document``, so that a workbook and a YAML file are held to the same
rules.
"""

from core.authority.workbook.reading import Book, from_workbook
from core.authority.workbook.writing import to_workbook

__all__ = ["Book", "from_workbook", "to_workbook"]
