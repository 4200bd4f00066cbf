"""Pages of the standard, of the rules about leads and of what is disputed: who looks at each, and its address."""

from __future__ import annotations

RULES: dict[str, tuple[str, str]] = {
    "standards": ("linan", "/crm/standard"),
    "standard": ("zhangwei", "/crm/standard/1"),
    "standard-new": ("linan", "/crm/standard/new"),
    "lead-rules": ("chenjing", "/crm/rules"),
    "lead-rules-new": ("chenjing", "/crm/rules/new"),
    "lead-rules-draft": ("chenjing", "/crm/rules/3"),
    "lead-rules-in-force": ("linan", "/crm/rules/4"),
    "lead-rules-edit": ("chenjing", "/crm/rules/4/edit"),
    "reps": ("gaofei", "/crm/reps"),
    "rep": ("gaofei", "/crm/reps/1"),
    "rep-new": ("gaofei", "/crm/reps/new"),
    "disputes": ("linan", "/crm/disputes"),
    "disputes-settled": ("linan", "/crm/disputes?show=settled"),
    "dispute": ("zhangwei", "/crm/disputes/1"),
}
