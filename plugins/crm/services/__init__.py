"""Planning campaigns, setting budgets, asking to spend."""
