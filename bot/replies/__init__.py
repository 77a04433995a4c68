"""What the index found -> a `Reply`; all the words that the bot says to people are here."""
