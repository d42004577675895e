"""`python -m sim` is `sim`."""

from sim.app.cli import main

main()
