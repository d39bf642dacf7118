"""Media spend and what it brings: a media mix model, response curves and where the next money goes."""
