"""What a process is: ``definition`` reads one from data, ``fields`` its form, ``conditions`` the formulas in it;
``models`` are its versions, the runs of records through it, and their steps.
"""
