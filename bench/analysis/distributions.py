"""The quantiles and tails that the intervals need, typed, from scipy.

`scipy.special` has the functions themselves. `scipy.stats` wraps them, and takes ten times as long
to import.
"""

from scipy import special


def student_quantile(probability: float, freedom: float) -> float:
    """Student's t below which `probability` of the distribution lies."""
    return float(special.stdtrit(freedom, probability))


def student_tail(t: float, freedom: float) -> float:
    """The probability of a value above `t` under Student's t."""
    return float(special.stdtr(freedom, -t))


def f_tail(f: float, above: float, below: float) -> float:
    """The probability of a value above `f` under Fisher's F with `above` and `below` degrees."""
    return float(special.fdtrc(above, below, f))


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The value below which `probability` of the beta distribution lies; 0 and 1 at its ends."""
    if a <= 0:
        return 0.0
    if b <= 0:
        return 1.0
    return float(special.betaincinv(a, b, probability))


def binomial_at_most(successes: int, trials: int, probability: float) -> float:
    """The probability of at most `successes` in `trials`."""
    return float(special.bdtr(successes, trials, probability))
