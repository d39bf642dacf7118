"""The HTTP API: typed, documented by its own OpenAPI, every write repeatable by an Idempotency-Key."""
