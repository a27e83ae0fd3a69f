"""Main effects and interactions of what an arm is made of, on the logarithm of its cost.

The arms are no full product: some combinations do not exist. So the model

    log cost = constant + main effects + interactions of two factors

is fitted by least squares to the arms' means of each start, and an effect is given only where the
arms can tell it apart from all others (it is an estimable contrast, Searle 1971). A main effect is
the mean over the levels of the other factors at which both levels were measured.

The error has two candidates: the scatter between starts (two starts of one program), and what the
model leaves unexplained of the arms' means (interactions of three and more factors). The larger of
the two is used, with its own degrees of freedom: an effect that is not the same everywhere must not
look precise because each arm was measured precisely.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from bench.analysis.estimate import Estimate
from bench.analysis.scatter import start_scatter
from bench.analysis.slots import Floats

_ESTIMABLE = 1e-8

Levels = Mapping[str, str]
"""The levels of one arm by factor: {"framework": "fastapi", "server": "uvicorn", ...}."""


@dataclass(frozen=True, slots=True)
class MainEffect:
    """Cost at `level` divided by cost at `base`; None if the arms cannot tell it."""

    factor: str
    level: str
    base: str
    ratio: Estimate | None


@dataclass(frozen=True, slots=True)
class Interaction:
    """How much the first effect changes with the second factor: a ratio of two ratios.

    (level ÷ base of the first factor at `second_level`) ÷ (the same at `second_base`).
    """

    factors: tuple[str, str]
    levels: tuple[str, str]
    bases: tuple[str, str]
    ratio: Estimate | None


@dataclass(frozen=True, slots=True)
class Effects:
    """All effects of a condition, and which error their intervals have."""

    main: tuple[MainEffect, ...]
    interactions: tuple[Interaction, ...]
    error: Literal["between starts", "unexplained"]


def factor_effects(arms: Sequence[Levels], values: Floats, bases: Levels) -> Effects:
    """The effects of all factors in `bases`, each level against its base.

    `values` are logarithms of costs in the shape (arms, starts, rounds), as `Costs.values`.
    Raises ValueError if an arm lacks a start, or with fewer than two arms or starts.
    """
    scatter = start_scatter(values)
    means = np.nanmean(values, axis=-1)
    if np.isnan(means).any():
        raise ValueError("every arm needs every start")
    model = _Model.of(arms, tuple(bases))
    fit = _fit(
        model.design, means.mean(axis=1), scatter.mean_square / means.shape[1], scatter.freedom
    )
    main = tuple(
        MainEffect(factor, level, base, _main(model, fit, factor, level, base))
        for factor, base in bases.items()
        for level in model.levels(factor)
        if level != base
    )
    return Effects(main, tuple(_interactions(model, fit, bases)), fit.source)


@dataclass(frozen=True, slots=True)
class _Model:
    """One column for the constant, each level, and each pair of levels that some arm has."""

    arms: tuple[Levels, ...]
    factors: tuple[str, ...]
    columns: tuple[frozenset[tuple[str, str]], ...]
    design: Floats

    @classmethod
    def of(cls, arms: Sequence[Levels], factors: tuple[str, ...]) -> "_Model":
        terms = [
            frozenset(t) for size in (0, 1, 2) for arm in arms for t in _terms(arm, factors, size)
        ]
        columns = tuple(dict.fromkeys(terms))
        held = [frozenset((factor, arm[factor]) for factor in factors) for arm in arms]
        design = np.array([[float(column <= arm) for column in columns] for arm in held])
        return cls(tuple(arms), factors, columns, design)

    def levels(self, factor: str) -> list[str]:
        return list(dict.fromkeys(arm[factor] for arm in self.arms))

    def contrast(self, weights: Mapping[frozenset[tuple[str, str]], float]) -> Floats:
        return np.array([weights.get(column, 0.0) for column in self.columns])

    def has(self, *pairs: tuple[str, str]) -> bool:
        return frozenset(pairs) in self.columns


@dataclass(frozen=True, slots=True)
class _Fit:
    solution: Floats
    inverse: Floats
    row_space: Floats
    variance: float
    freedom: float
    source: Literal["between starts", "unexplained"]

    def estimate(self, contrast: Floats) -> Estimate | None:
        if not np.any(contrast) or np.abs(contrast @ self.row_space - contrast).max() > _ESTIMABLE:
            return None
        error = float(np.sqrt(contrast @ self.inverse @ contrast * self.variance))
        return Estimate(float(contrast @ self.solution), error, self.freedom)


def _fit(design: Floats, means: Floats, pure: float, pure_freedom: float) -> _Fit:
    inverse = np.asarray(np.linalg.pinv(design.T @ design), dtype=np.float64)
    solution = inverse @ design.T @ means
    freedom = len(means) - int(np.linalg.matrix_rank(design))
    rest = float(np.sum((means - design @ solution) ** 2))
    row_space = np.linalg.pinv(design) @ design
    if freedom and rest / freedom > pure:
        return _Fit(solution, inverse, row_space, rest / freedom, freedom, "unexplained")
    return _Fit(solution, inverse, row_space, pure, pure_freedom, "between starts")


def _terms(arm: Levels, factors: tuple[str, ...], size: int) -> list[tuple[tuple[str, str], ...]]:
    return list(combinations([(factor, arm[factor]) for factor in factors], size))


def _main(model: _Model, fit: _Fit, factor: str, level: str, base: str) -> Estimate | None:
    """The effect averaged over the levels of each other factor that have both."""
    at, without = (factor, level), (factor, base)
    weights = {frozenset([at]): 1.0, frozenset([without]): -1.0}
    for other in model.factors:
        if other == factor:
            continue
        pairs = [(other, found) for found in model.levels(other)]
        shared = [pair for pair in pairs if model.has(at, pair) and model.has(without, pair)]
        for pair in shared:
            weights[frozenset([at, pair])] = 1 / len(shared)
            weights[frozenset([without, pair])] = -1 / len(shared)
    return fit.estimate(model.contrast(weights))


def _interactions(model: _Model, fit: _Fit, bases: Levels) -> list[Interaction]:
    found = []
    for one, two in combinations(model.factors, 2):
        for a in model.levels(one):
            for b in model.levels(two):
                if a == bases[one] or b == bases[two]:
                    continue
                ratio = _interaction(
                    model, fit, ((one, a), (one, bases[one])), ((two, b), (two, bases[two]))
                )
                found.append(Interaction((one, two), (a, b), (bases[one], bases[two]), ratio))
    return found


def _interaction(
    model: _Model,
    fit: _Fit,
    one: tuple[tuple[str, str], tuple[str, str]],
    two: tuple[tuple[str, str], tuple[str, str]],
) -> Estimate | None:
    """The contrast of four cells; None unless some arm is in each of them."""
    cells = {
        frozenset([a, b]): sign
        for a, row in zip(one, (1, -1), strict=True)
        for b, sign in zip(two, (row, -row), strict=True)
    }
    if not all(cell in model.columns for cell in cells):
        return None
    return fit.estimate(model.contrast({cell: float(sign) for cell, sign in cells.items()}))
