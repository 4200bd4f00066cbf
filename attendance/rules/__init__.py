"""Pure rules of attendance: no database, no Flask; numbers in, numbers out.

`attlog` and `punch_table` read what terminals and spreadsheets deliver, `shift` and `plan` say what was planned,
`evaluate` compares punches with the plan, `month` sums a month up.
"""
