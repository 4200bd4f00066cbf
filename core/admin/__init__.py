"""Administration: the state of modules, accounts and the audit log, for the operator and the auditor."""
