"""The command line: each command parses, calls one door, and shows the answer as a table or as JSON."""
