"""Mainland China as data and pure functions: tax, social insurance, holidays, identity numbers, file layouts.

``data/*.yaml`` holds every number with its dates, source and confidence; ``data.py`` reads it and refuses
what it does not understand; ``components.py`` holds the formulas that payroll evaluates; ``rules/`` the
same law as plain functions for advice and for one-off payments; ``identifiers.py`` checks and masks
numbers; ``files.py`` fills the bank and tax files; ``country.py`` puts it together and ``plugin.py`` hands
it over. The package keeps nothing in the database.
"""
