"""Who lives in the town: homes, people, devices, tastes and the shop's catalogue; nothing moves here."""
