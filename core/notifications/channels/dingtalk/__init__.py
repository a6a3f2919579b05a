"""DingTalk (钉钉): group robots."""
