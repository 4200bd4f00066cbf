"""Pure rules of payroll: proration, months and states. No database, no Flask."""
