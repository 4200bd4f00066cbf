"""Numbers of documents: one series for each kind, company and year, without gaps.

A module registers the kinds it numbers (``register_numbers``) with a pattern; administrators may change it
(``patterns`` checks it). ``take`` gives the next number inside the transaction that issues the document: what is rolled
back has used none, and two at once never get the same. A company with a scheme of its own answers ``choose_number``.
"""
