"""The published duty and authority lists, and the engine that decides by them.

One row is at once the sentence on the job description, the check in the program and the reason in the audit log. A
list belongs to a unit and is published in versions; the engine reads the versions in force on the day and answers
the questions of ``core/access``.
"""
