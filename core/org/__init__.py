"""Organisation: legal entities, units, positions, people, employments and assignments, all dated.

A *unit* holds *positions*; a *person* has one *employment* after another, each with dated *terms* (the legal facts:
kind, withholding agent, contribution place); an *assignment* puts an employment on a position for a while, as primary
post, concurrent post or acting. What a position may decide stands in ``core/authority``, never here.
"""
