"""Slopes of groups, and their covariances, as they would vary if all groups had the same: the wild bootstrap.

The model without differences is fitted: one slope for each driver, a constant and controls for each group. What it
leaves of each respondent's outcome keeps its size and gets a sign by chance, that of all respondents of a sampling unit
together; from such outcomes the slopes of each group and their robust covariance are computed anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from drivers.models.interactions.group_fits import GroupFit, Units, sums_within

CHUNK_DRAWS = 100

FEWEST_SIGNS = 12
"""Sampling units in a group below which two signs make too few different draws; then there are six values."""

WEBB = np.sqrt(np.array([1.5, 1.0, 0.5]))
"""And their opposites: six values with mean 0 and variance 1 (Webb 2023)."""

RIDGE = 1e-10
"""Part of the mean variance that is added to each, so that a covariance of a few draws can be turned round."""

Draws = tuple[np.ndarray, np.ndarray]
"""Slopes less the common ones (b, groups, k), and their covariances (b, groups, k, k)."""


def common_slopes(fits: Sequence[GroupFit]) -> np.ndarray:
    """The slopes that all groups have in common, each group by its precision, with its own constant; float (k,)."""
    return _restricted(fits)[0]


def _restricted(fits: Sequence[GroupFit]) -> tuple[np.ndarray, np.ndarray]:
    """Slopes that all groups have in common, each group by the precision of its answers, and the inverse of their form.

    Returns
    -------
    tuple
        float (k,), (groups, k, k); the second times a group's drivers, twice, is the leverage in the restricted model.

    Notes
    -----
    Unweighted, a noisy group would decide the slopes, and leave so much of a quiet one's outcomes that the draws would
    not have the differences in noise which the sample has.
    """
    precision = np.array([(len(fit.rows) - fit.terms) / float(fit.residual @ fit.residual) for fit in fits])
    scatters = precision[:, None, None] * np.array([fit.x.T @ fit.x for fit in fits])
    inverse = np.linalg.inv(scatters.sum(axis=0))
    slopes = inverse @ sum(weight * (fit.x.T @ fit.y) for weight, fit in zip(precision, fits, strict=True))
    return slopes, precision[:, None, None] * inverse


def observed(fits: Sequence[GroupFit], units: Units | None) -> Draws:
    """The groups' own slopes less the common ones, and their robust covariances; b = 1.

    Notes
    -----
    Without sampling units the covariance is HC3 (MacKinnon and White 1985), with them CR3, the jackknife over units,
    less what strata share and what a finite population saves.
    """
    common = common_slopes(fits)
    parts = []
    for fit in fits:
        left = (fit.y - fit.x @ common)[None]
        parts.append(_of_rows(fit, left, fit.left) if units is None else _Clustered.of(fit, left[0], units).observed())
    return np.stack([slopes for slopes, _ in parts], axis=1), np.stack([spread for _, spread in parts], axis=1)


def wild_draws(fits: Sequence[GroupFit], units: Units | None, *, n_boot: int, seed: int) -> Iterator[Draws]:
    """Slopes and covariances of outcomes that have no differences between groups, in chunks of draws.

    Parameters
    ----------
    fits
        The groups.
    units
        The sampling units, where they are not the respondents.
    n_boot
        Draws in all.
    seed
        The same seed gives the same draws.

    Notes
    -----
    Residuals of the restricted model are divided by 1 − leverage in it, as HC3 does; those of sampling units are not.

    References
    ----------
    Davidson and Flachaire (2008), The wild bootstrap, tamed at last, doi:10.1016/j.jeconom.2008.08.003; Cameron,
    Gelbach and Miller (2008), Bootstrap-based improvements for inference with clustered errors,
    doi:10.1162/rest.90.3.414; Webb (2023), Reworking wild bootstrap-based inference for clustered errors,
    doi:10.1111/caje.12661.
    """
    common, inverse = _restricted(fits)
    left = [fit.y - fit.x @ common for fit in fits]
    if units is None:
        for position, fit in enumerate(fits):
            leverage = fit.held_leverage + ((fit.x @ inverse[position]) * fit.x).sum(axis=1)
            left[position] = left[position] / (1 - np.minimum(leverage, fit.leverage)) * np.sqrt(fit.left)
        smallest = min(len(fit.rows) for fit in fits)
        clustered: list[_Clustered] = []
    else:
        clustered = [_Clustered.of(fit, rest, units) for fit, rest in zip(fits, left, strict=True)]
        smallest = min(len(part.units) for part in clustered)
    forms = [part.prepared() for part in clustered]
    children = np.random.SeedSequence(seed).spawn(-(-n_boot // CHUNK_DRAWS))
    for position, child in enumerate(children):
        rng = np.random.default_rng(child)
        size = min(CHUNK_DRAWS, n_boot - position * CHUNK_DRAWS)
        if units is None:
            drawn = [
                _of_rows(fit, rest * _signs(rng, (size, len(rest)), smallest), np.ones(len(rest)))
                for fit, rest in zip(fits, left, strict=True)
            ]
        else:
            signs = _signs(rng, (size, len(units.stratum)), smallest)
            drawn = [part.drawn(form, signs, units) for part, form in zip(clustered, forms, strict=True)]
        yield np.stack([slopes for slopes, _ in drawn], axis=1), np.stack([spread for _, spread in drawn], axis=1)


def _signs(rng: np.random.Generator, shape: tuple[int, int], smallest: int) -> np.ndarray:
    signs = rng.integers(0, 2, size=shape, dtype=np.int8) * 2.0 - 1.0
    return signs if smallest >= FEWEST_SIGNS else signs * WEBB[rng.integers(0, len(WEBB), size=shape, dtype=np.int8)]


def _of_rows(fit: GroupFit, outcomes: np.ndarray, left: np.ndarray) -> Draws:
    """Slopes and HC3 of some outcomes of the group's respondents; outcomes (b, n), ``left`` as the group has it."""
    reach = fit.reach
    k = len(reach)
    slopes = outcomes @ reach.T
    residual = outcomes - (outcomes @ fit.basis) @ fit.basis.T
    residual *= np.sqrt(left) / (1 - fit.leverage)
    i, j = np.triu_indices(k)
    products = residual**2 @ (reach[i] * reach[j]).T
    spread = np.empty((len(outcomes), k, k))
    spread[:, i, j] = spread[:, j, i] = products
    return slopes, spread


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Clustered:
    """What the sampling units of a group add to its slopes; c units of the group in h strata, p terms, k drivers.

    Parameters
    ----------
    units, strata
        Places of the group's units among all, and of their strata; int (c,).
    scores
        Coordinates on the basis of what each unit's respondents have left; float (c, p).
    means
        The scores' means by stratum, units without a respondent of the group counted; float (strata, p).
    to_slopes
        From coordinates to slopes; float (k, p).
    jackknife
        From a unit's coordinates to what the slopes miss without it; float (c, k, p).
    shares
        Each unit's part of the basis, taken through ``jackknife``; float (c, k, p).
    count, left
        Of each stratum, as `Units` has them; (strata,).
    """

    units: np.ndarray
    strata: np.ndarray
    scores: np.ndarray
    means: np.ndarray
    to_slopes: np.ndarray
    jackknife: np.ndarray
    shares: np.ndarray
    count: np.ndarray
    left: np.ndarray

    @classmethod
    def of(cls, fit: GroupFit, outcome: np.ndarray, units: Units) -> _Clustered:
        """Of what is left of an outcome, float (n,)."""
        assert fit.units is not None and fit.place is not None and fit.gram is not None
        jackknife = fit.to_slopes @ np.linalg.inv(np.eye(fit.terms) - fit.gram)
        scores = sums_within(fit.basis * outcome[:, None], fit.place, len(fit.units))
        strata = units.stratum[fit.units]
        sums = np.zeros((len(units.count), fit.terms))
        np.add.at(sums, strata, scores)
        return cls(
            units=fit.units,
            strata=strata,
            scores=scores,
            means=sums / units.count[:, None],
            to_slopes=fit.to_slopes,
            jackknife=jackknife,
            shares=jackknife @ fit.gram,
            count=units.count,
            left=units.left,
        )

    @property
    def factor(self) -> np.ndarray:
        """What a stratum's squares lose where its mean is taken off; float (strata,)."""
        return self.count / np.maximum(self.count - 1, 1)

    def observed(self) -> Draws:
        """The slopes and CR3 of the outcome itself; b = 1."""
        total = self.scores.sum(axis=0)[None]
        form = _Form.of(self, self.scores, self.left * self.factor)
        return total @ self.to_slopes.T, form.spread(np.ones((1, len(self.units))), total)

    def prepared(self) -> _Form:
        """The squares of outcomes whose scores strata do not share."""
        return _Form.of(self, self.scores - self.means[self.strata], self.factor)

    def drawn(self, form: _Form, signs: np.ndarray, units: Units) -> Draws:
        """The same of outcomes with signs by sampling unit, float (b, units), that strata do not share."""
        signs = signs * np.sqrt(self.left * self.factor)[units.stratum]
        own = signs[:, self.units]
        # A stratum's units without a respondent of the group have a score of 0, which is not the stratum's mean.
        total = own @ self.scores - signs @ self.means[units.stratum]
        return total @ self.to_slopes.T, form.spread(own, total)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Form:
    """The covariance of slopes by what c sampling units move, as a form in their signs and in what is left.

    A unit moves the slopes by v a − Kδ: v its sign, δ (p,) the coordinates of all that is left of the outcome. Sums
    units of the products of these do not change from draw to draw, so that a draw costs as little as their number.

    Parameters
    ----------
    squares, crossed, shares
        Of a a′, of a with K, and of K with K, for the t pairs of k drivers; float (c, t), (c, t p), (t, p p).
    of_signs, of_total
        What units of one of h strata move together; float (c, h k), (p, h k).
    """

    squares: np.ndarray
    crossed: np.ndarray
    shares: np.ndarray
    of_signs: np.ndarray
    of_total: np.ndarray
    drivers: int

    @classmethod
    def of(cls, group: _Clustered, scores: np.ndarray, scale: np.ndarray) -> _Form:
        """Of scores (c, p), the squares of each stratum multiplied by ``scale`` (strata,)."""
        c, k, p = group.shares.shape
        i, j = np.triu_indices(k)
        root = np.sqrt(scale)[group.strata][:, None]
        moved = root * (group.jackknife @ scores[:, :, None])[:, :, 0]
        shares = root[:, :, None] * group.shares
        flat = shares.reshape(c, -1)
        pairs = (flat.T @ flat).reshape(k, p, k, p).transpose(0, 2, 1, 3)[i, j].reshape(len(i), -1)
        crossed = moved[:, i, None] * shares[:, j] + moved[:, j, None] * shares[:, i]
        strata, place = np.unique(group.strata, return_inverse=True)
        member = np.zeros((len(strata), c))
        member[place, np.arange(c)] = 1 / np.sqrt(group.count[group.strata])
        return cls(
            squares=moved[:, i] * moved[:, j],
            crossed=crossed.reshape(c, -1),
            shares=pairs,
            of_signs=(member.T[:, :, None] * moved[:, None]).reshape(c, -1),
            of_total=np.ascontiguousarray((member @ flat).reshape(-1, p).T),
            drivers=k,
        )

    def spread(self, signs: np.ndarray, total: np.ndarray) -> np.ndarray:
        """The covariance for signs (b, c) and what is left (b, p), less what strata share; float (b, k, k)."""
        b, p = total.shape
        k = self.drivers
        i, j = np.triu_indices(k)
        found = signs**2 @ self.squares
        found -= np.einsum("btp,bp->bt", (signs @ self.crossed).reshape(b, len(i), p), total)
        found += (total[:, :, None] * total[:, None, :]).reshape(b, -1) @ self.shares.T
        shared = (signs @ self.of_signs - total @ self.of_total).reshape(b, -1, k)
        found -= (shared[:, :, i] * shared[:, :, j]).sum(axis=1)
        spread = np.empty((b, k, k))
        spread[:, i, j] = spread[:, j, i] = found
        return spread


def departures(slopes: np.ndarray, spread: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far groups' slopes lie apart, all together and driver by driver; float (b,), (b, k).

    Parameters
    ----------
    slopes, spread
        float (b, groups, k), (b, groups, k, k).

    Notes
    -----
    Σ_g (b_g − b̄)′V_g⁻¹(b_g − b̄), b̄ the mean of the groups by their precision: the Wald statistic of equal slopes
    where groups are independent, and a fair measure of distance where sampling units hold people of several.
    """
    k = slopes.shape[-1]
    own = np.einsum("bgii->bgi", spread)
    precision = np.linalg.inv(spread + (RIDGE * own.mean(axis=-1))[..., None, None] * np.eye(k))
    weighted = np.einsum("bgij,bgj->bi", precision, slopes)
    centre = np.linalg.solve(precision.sum(axis=1), weighted[..., None])[..., 0]
    away = slopes - centre[:, None]
    together = np.einsum("bgi,bgij,bgj->b", away, precision, away)
    alone = 1 / own
    centre = (alone * slopes).sum(axis=1) / alone.sum(axis=1)
    return together, ((slopes - centre[:, None]) ** 2 * alone).sum(axis=1)
