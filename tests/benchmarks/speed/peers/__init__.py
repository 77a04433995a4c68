"""The peers' scripts run in an environment of their own and know nothing of this program."""
