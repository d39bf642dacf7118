"""Plain values every floor speaks: identifiers, money, events, time, errors. No framework, no database."""
