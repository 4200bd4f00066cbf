"""The lists of the organisation looked at from any side: entries by unit, matter, action, person and amount, and who
answers for which matter in which unit.
"""
