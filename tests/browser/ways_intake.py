"""How the pages about taking leads in are reached: account and address, nobody for a page of strangers."""

from __future__ import annotations

INTAKE: dict[str, tuple[str, str]] = {
    "channels": ("chenjing", "/crm/channels"),
    "channels-of-others": ("liuyang", "/crm/channels"),
    "channel": ("chenjing", "/crm/channels/1"),
    "choices": ("chenjing", "/crm/choices?kind=lost"),
    "choice-new": ("chenjing", "/crm/choices/new/industry"),
    "lead-forms": ("chenjing", "/crm/forms"),
    "lead-form": ("chenjing", "/crm/forms/1"),
    "lead-form-open": ("chenjing", "/form/white-paper"),
    "card": ("zhoulei", "/crm/card"),
    "exposure": ("zhoulei", "/crm/exposure"),
    "exposure-new": ("zhoulei", "/crm/exposure/new"),
    "limits": ("chenjing", "/crm/limits"),
    "limit": ("chenjing", "/crm/limits/1"),
    "leads-import": ("zhoulei", "/imports/new/leads"),
}
