"""The worker: the one process of a home that turns the log into views, lake and marts."""
