"""Questions that people decide: who is asked, by which entry of which list, what he answered and why.

A task stores the question (an action, a record, who asked), never an approver: the lists are asked anew whenever
organisation or lists change. ``tasks`` asks and answers, ``routes`` keeps who is to answer, ``counting`` tells the
limits of entries what was decided before, ``digest`` binds an answer to what it was about.
"""
