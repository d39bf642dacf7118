"""Randomised tests and hold-outs: planned, drawn by person, read out with intervals that may be looked at any day."""
