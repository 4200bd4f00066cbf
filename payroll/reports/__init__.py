"""Papers of payroll."""
