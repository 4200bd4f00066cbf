"""Campaigns, their budgets, and the spending on them: asked for, decided by whomever the lists name.

``services.spending`` asks for money, ``services.budgets`` knows what is left of a budget. Who decides is no business of
this module: a request is a task, and the duty and authority lists find the person.
"""
