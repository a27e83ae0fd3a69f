"""`python -m tests.generators.forgetful`: the independent client, which drops every tenth frame."""

from bench.experiments.generators.independent import __main__ as client
from bench.experiments.generators.independent.ledger import Ledger

EVERY = 10

_came = Ledger.came
_heard = 0


def came(ledger: Ledger, identifier: str, member: int, at: float) -> None:
    global _heard
    _heard += 1
    if _heard % EVERY:
        _came(ledger, identifier, member, at)


def main() -> None:
    """Plant the loss, and answer cells."""
    setattr(Ledger, "came", came)  # noqa: B010
    client.main()


if __name__ == "__main__":
    main()
