"""The commands, a few to a file; a file is loaded only when one of its commands is called."""
