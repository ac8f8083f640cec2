"""The command `eventstore`, also as `python -m eventstore`."""

import sys

from ._eventstore import main as _main


def main() -> None:
    """Runs the command with the arguments of this process and ends the process."""
    sys.exit(_main(["eventstore", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
