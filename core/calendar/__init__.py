"""Which days are worked, by place: weekends, holidays, make-up workdays, and counting in working days and
minutes.

``rules`` is pure and knows no database; ``models`` keeps the days that countries publish and a company adds;
``services`` seeds them from the installed country packs and loads a place's calendar for use. Days come
from published notices only: a year whose notice is missing is counted by weekends and known holidays, and
says so.
"""
