"""What changed, why, and what to do about it: looked for in all figures, with false alarms held at a stated level."""
