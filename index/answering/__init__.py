"""Readings -> an answer with its citations, or an abstention; a citation -> its page or link. This
room also handles questions that follow up an answer, and summaries."""
