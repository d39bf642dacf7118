"""`python -m choral.interfaces.cli`: the same as `choral`."""

from choral.interfaces.cli.main import main

main()
