"""What a change in some areas brought: stores or regions against a weighted mix of the others, and tests planned so."""
