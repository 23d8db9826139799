"""`python -m mackerel_cs` is the command line."""

from mackerel_cs.cli import main

main()
