"""Expense claims and advances: what somebody paid for the company, proved by invoices, decided by the lists, paid once.

``invoices`` reads digital invoices (数电票) in three formats into one record. ``services.claims`` writes claims down
and hands them in, ``services.ledger`` keeps what was handed out beforehand, ``services.payments`` pays what is
approved, by a bank file or with the payroll. Who decides is no business of this module: a claim is a task,
and the duty and authority lists find the person.
"""
