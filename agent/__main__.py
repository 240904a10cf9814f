"""`python -m agent` is the command `galley`."""

from agent.cli import main

if __name__ == "__main__":
    main()
