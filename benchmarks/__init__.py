"""Where each published figure came from: programs anyone can run, each with its baseline in the same run."""
