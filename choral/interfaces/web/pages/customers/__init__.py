"""One customer: the list and the page of each."""
