"""`python -m tests.generators.late`: the independent client, which hears everything 20 ms later."""

from bench.experiments.generators.independent import __main__ as client
from bench.experiments.generators.independent.ledger import Ledger

LATER_S = 0.02

_came = Ledger.came


def came(ledger: Ledger, identifier: str, member: int, at: float) -> None:
    _came(ledger, identifier, member, at + LATER_S)


def main() -> None:
    """Plant the delay, and answer cells."""
    setattr(Ledger, "came", came)  # noqa: B010
    client.main()


if __name__ == "__main__":
    main()
