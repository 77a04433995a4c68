"""A question -> its words mended and the type of answer it asks for; sentences -> the evidence
for each of them, lexical and by vectors -> candidates in order.
"""
