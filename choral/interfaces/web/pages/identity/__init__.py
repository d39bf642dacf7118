"""Who is one person: rules, quarantine, corrections, merging, and why."""
