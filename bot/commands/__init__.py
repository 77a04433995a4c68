"""A file for each subject of the command line; each command puts together what it needs."""
