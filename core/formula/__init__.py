"""The one expression language of the product: pay components, KPIs and the cells of decision tables.

A formula is a line such as ``round(base * ot_minutes * 1.5 / (21.75 * 480), 0.01)``. It is read once (``parse``),
given types and bounds (``check``) and becomes a tree of nodes (``nodes``, ``arithmetic``, ``logic``) that computes one
row or a NumPy column in whole numbers, to the last unit alike, and can say how a result came about (``trace``).

Nouns: ``types`` money, rate, days, minutes, count, bool, enum; ``scope`` the names a formula may use; ``expression``
one compiled formula; ``program`` many that build on each other, in the order ``graph`` finds; ``functions`` what a
formula may call; ``brackets`` progressive tables; ``table`` decision tables, ``cover`` their gaps and overlaps.

Amounts are integers in the scale of their type, never floats. ``+`` and ``*`` are exact; ``/`` stands only inside
``round(numerator / denominator, unit, mode)`` and is one fraction until it is rounded.
"""
