"""``python -m mailsense`` is the command line."""

from mailsense.cli.main import main

if __name__ == "__main__":
    main()
