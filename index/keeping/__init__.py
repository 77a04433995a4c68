"""Articles and their vectors -> a database, and back: the collection of every chat."""
