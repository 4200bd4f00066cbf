"""The law as pure functions over integers and int64 arrays; no database, no clock, no settings.

Amounts are fen, rates 10^-6. A function that takes ``int | array`` returns the same shape.
"""
