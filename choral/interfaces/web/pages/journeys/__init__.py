"""Pages of the ways customers take: paths, funnels, cohorts, sequences, and the people behind them."""
