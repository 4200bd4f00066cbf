"""What a process is: ``definition`` reads one from data, ``fields`` its form, ``triggers`` what starts it, and
``conditions`` the formulas in it; ``schema`` makes a form of its fields. ``models`` are its versions, the runs of
records through it and their steps, and what was to start by itself.
"""
