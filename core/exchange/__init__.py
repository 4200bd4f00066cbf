"""Files in and out: reading spreadsheets, checking them column by column, importing all or nothing, writing exports.

``read`` turns an upload into columns, ``columns`` says what a file may hold, ``check`` parses and checks it,
``importing`` is the frame of one import (dry run, real run, undo), ``export`` writes files. What a file means is told
by the modules: each registers an ``Exchange`` with the columns, the plan and the writing.
"""
