from __future__ import annotations

from tests.core.letters.conftest import database_builder, english, house, office

__all__ = ["database_builder", "english", "house", "office"]
