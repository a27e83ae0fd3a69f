"""All experiments by name. A new experiment is one module, and one line here."""

from typing import Final

from bench.experiments.experiment import Experiment
from bench.experiments.speed import experiment as speed

EXPERIMENTS: Final = {
    each.name: each
    for each in (
        Experiment(
            speed.NAME,
            "CPU per delivery at equal utilisation, and latency",
            speed.can,
            speed.takes_part,
            speed.measure,
        ),
    )
}
