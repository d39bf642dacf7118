"""What the town does on a day: touches, demand, visits, sales and service; how it travels is not here."""
