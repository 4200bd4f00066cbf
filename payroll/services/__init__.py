"""What payroll does: setting up, calculating, deciding, explaining, writing files."""
