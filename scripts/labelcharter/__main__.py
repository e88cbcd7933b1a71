"""`python -m labelcharter` is the command `labelcharter`."""

from labelcharter.cli.main import main

if __name__ == "__main__":
    main()
