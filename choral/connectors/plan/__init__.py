"""The tracking plan: what is expected of events, and what came otherwise. The door: `door.TrackingPlan`."""
