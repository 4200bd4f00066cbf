"""Personnel changes: hiring, moving, promoting, lending for a part of the time, leaving, as requests that are decided.

A request is a draft, says what it would do, and is handed in as a question. Approved, its effect is written with the
services of the organisation as dated rows, in the transaction of the decision; what lies in the future needs no job.
"""
