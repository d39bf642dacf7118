"""Areas: what a change in some stores or regions brought, and tests in areas planned."""
