"""Pure functions over what was told: no database, no web."""
