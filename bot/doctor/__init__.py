"""Looks at all that the bot needs: each check says that it is well, or what to do."""
