"""How a day's events become text and arrive: message ids, times, duplicates, lateness, the written truth."""
