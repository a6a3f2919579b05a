"""Recurrence rules in templates."""

from django import template

from core.recurrence import Rule, describe

register = template.Library()


@register.filter
def rule_sentence(rule: Rule | None) -> str:
    """`{{ plan.rule|rule_sentence }}`: the rule in words, without its first and last day; "" for none."""
    return describe(rule, dates=False) if rule else ""
