"""The index's results -> a `Reply`; all the words that the bot says to people are here."""
