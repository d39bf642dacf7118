"""What customers will still bring: models of when they buy, whether they come back and how much they spend."""
