"""The pages of events that are passed on, and of the tracking plan."""
