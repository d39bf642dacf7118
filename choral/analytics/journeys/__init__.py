"""Journeys: the ways customers take: paths, funnels, cohorts, sequences, sessions; and the people behind each of them.

The door is `choral.analytics.journeys.door.Journeys`.
"""
