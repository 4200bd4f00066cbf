"""Writing processes: ``versions`` keeps drafts and puts them in force, ``checking`` finds what is wrong with one."""
