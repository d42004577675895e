"""`python -m sim` is `sim`; a worker that imports this does nothing."""

from sim.app.cli import main

if __name__ == "__main__":
    main()
