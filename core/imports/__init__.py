"""Rows from a file: an app declares an importer; the platform reads, checks, shows, and writes all rows or none."""

from core.imports.cells import boolean, choice, day, phone, text, whole_number
from core.imports.declaring import Column, Importer, Row, register
from core.imports.fates import Fate, Fates, Plan

__all__ = [
    "Column",
    "Fate",
    "Fates",
    "Importer",
    "Plan",
    "Row",
    "boolean",
    "choice",
    "day",
    "phone",
    "register",
    "text",
    "whole_number",
]
