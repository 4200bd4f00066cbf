"""What attendance does: import punches, compute months, close and reopen them, answer payroll, set groups up."""
