"""The company of the authority's cases, and a house with core's own parts, on both databases."""

from __future__ import annotations

from tests.core.authority.conftest import company, database_builder, english, house

__all__ = ["company", "database_builder", "english", "house"]
