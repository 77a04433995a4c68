"""The command line: arguments come in; printed answers, files and exit codes go out. There is a
file for each subject, and each command puts together what it needs."""
