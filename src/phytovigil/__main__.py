"""`python -m phytovigil` is the command `phytovigil`."""

from phytovigil.cli import main

if __name__ == "__main__":
    main()
