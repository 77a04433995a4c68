"""An article -> its sentences with exact offsets; a text -> the form in which models see it."""
