"""Telegram's updates -> calls of the dialogue; its replies -> Telegram's messages."""
