"""Telegram's Bot API server, played for the tests; see `server`."""
