"""What modules hand each other: frozen dataclasses and columnar tables, nothing that acts.

May import NumPy and ``core.base``, nothing else.
"""
