"""Performance: figures (KPIs) with targets, scores, and rewards for what departments reach together.

Nouns: a *figure* (``Kpi``) says what is measured, by a formula over sources that modules register, and who answers for
it; a *value* is what it was in a period, with its evidence; a *scheme* weighs figures for a post, a unit or a person; a
*score* is what values come to against targets; a *reward* divides money among units when gates are passed; a *goal* is
an objective with key results; a *proposal* is what a final score leads to.

``rules`` is arithmetic over integer columns, ``services`` read, decide and write, ``pages`` and ``api`` show.
"""
