"""The pages of media spend and of the budget."""
