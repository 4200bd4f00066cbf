"""Attendance: from punches to a month that payroll can build on.

Nouns. A *punch source* is a terminal, a file or the web page; every line it delivers is kept as it came
(*punch line*), and each believable line becomes a *punch*: employment, instant in UTC, zone. A *shift* says when
work begins and ends; an *attendance group* says which shift holds on which weekday, which public-holiday calendar
applies and in which zone the clock is read; people belong to a group for a period.

A *leave type* says how leave counts, a *lot* is leave granted at once until it expires, the *ledger* says what became
of it, a *request* asks for some; approved, it makes *absences*, which excuse days and halves of days.

Flow. `services.importing` stores lines and punches; `services.evaluate` computes one *day result* per person and
day with the pure rules of `rules`; `services.month` sums them up and closes the month, after which it is given to
payroll through the hook `give_pay_inputs`. A closed month changes only by being reopened, and nobody reopens a month
that a locked payroll run was built on.

`services.leave` asks, decides, grants and expires leave with the pure rules of `rules.lots` and `rules.absent_days`.
`services.overtime` asks for overtime and counts what of it is paid or becomes time off (`rules.overtime`);
`services.correcting` adds punches that were missing, `services.punching` those that are made on the web.

Start reading at `plugin.py` (the index), then `rules/evaluate.py` (what a day is worth).
"""
