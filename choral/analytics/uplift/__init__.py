"""Who responds to what: uplift models of randomised tests with an honest verdict."""
