"""The record: what is computed about a customer, what they prefer, what to show them; how good the models are."""
