"""Rates between currencies: what was published for which days, and whether limits may be compared by them.

``models`` are the rows, ``table`` is what a snapshot holds of a day and how amounts are compared by it, ``publishing``
is how rates and the policy change, ``exchange`` reads them from files.
"""
