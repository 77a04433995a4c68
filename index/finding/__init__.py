"""A question -> its words corrected and the type of answer it asks for; sentences -> the evidence
for each of them, lexical and by vectors -> candidates in order."""
