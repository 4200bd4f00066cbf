"""Work that starts by itself: which jobs, by which rule of time, and the tick that asks for them.

A module gives a job a ``schedule``; whoever looks after the installation may change its time or pause it
(``services``).
``tick`` asks for what is due, in any number of processes at once: each schedule has one row that is locked while its
next moment is worked out, and each moment has one key, so nothing starts twice. What was missed while nothing ran is
caught up with.
"""
