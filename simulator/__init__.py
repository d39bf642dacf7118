"""The town simulator: a pure client that plays a retailer's customers and keeps the truth about them apart."""
