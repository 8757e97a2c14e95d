"""The dynamic settings of the platform: their one table, the command that changes them, and their page in docs/."""
