"""Readings -> an answer with its citations, or an abstention; a citation -> its page or link.
Also questions that follow up an answer, and summaries.
"""
