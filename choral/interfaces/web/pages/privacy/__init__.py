"""The pages of privacy: requests, erasures, retention, classes of fields, the register, and a customer's rights."""
