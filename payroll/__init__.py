"""Payroll: from agreed salaries, time and a country's rules to payslips that explain themselves.

A *pay group* says what is paid when: the work month, the pay day, the proration policy. A *run* computes one work
month of one group for everybody at once, over integer columns, and stores a *slip* per employment: one wide row whose
columns the run froze. It is calculated, reviewed, approved, paid, published and locked; a locked run never changes.
Agreed amounts stand in dated *salary* rows; opening totals of the tax year and special additional deductions come by
import. Tax and social insurance belong to the country pack, which hands over formulas as data.
"""
