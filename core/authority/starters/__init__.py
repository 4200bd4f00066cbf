"""Templates of lists: whole lists that ship with the product, to be changed and published, so that nobody begins with
an empty page.

``reading`` knows them, ``writing`` puts the codes of an organisation into them and writes them as files, ``pages``
offers them.
"""

from core.authority.starters.reading import MARK, Starter, starter, starters, to_change
from core.authority.starters.writing import as_file, mapped

__all__ = ["MARK", "Starter", "as_file", "mapped", "starter", "starters", "to_change"]
