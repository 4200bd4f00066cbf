"""What the published lists leave open, claim twice or give to nobody, found from plain rows of one day.

``world`` holds the rows, ``reading`` reads them in one statement a table, each other module finds one family, and
``report`` puts them together for a reader. No finding asks the database.
"""
