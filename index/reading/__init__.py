"""A question and candidates -> readings: relevance, the answer's words, confidence.

The weights that are shipped are in `shipped/`.
"""
