"""Feishu (飞书, abroad Lark): group robots."""
