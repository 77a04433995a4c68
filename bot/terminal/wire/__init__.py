"""A stage that is the real bot, over real HTTP at an imitation of Telegram's servers.

It needs the extra `[harness]`, and nothing of it is imported before somebody asks for it.
"""

from bot.terminal.wire.wire_stage import on_the_wire

__all__ = ["on_the_wire"]
