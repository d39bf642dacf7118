"""How audiences follow the log: what was noted of each event, whom to look at next, and when."""
