"""The staff of the branches, what managers guess, and what the branches record."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.population import RATED, shapley_shares
from drivers.survey.synthetic.ratings import unbiased


def draw_staff(rng: np.random.Generator) -> pd.DataFrame:
    """The answers of the staff: branch, four drivers, satisfaction; text."""
    k = len(model.STAFF_DRIVERS)
    branch = np.repeat(np.arange(len(model.BRANCHES)), model.STAFF_PER_BRANCH)
    n = len(branch)
    levels = _levels()[branch]
    on_halo = np.array([model.STAFF_HALO[name] for name in model.STAFF_DRIVERS])
    values = levels + np.outer(rng.standard_normal(n), on_halo)
    values += np.sqrt(1 - on_halo**2) * rng.standard_normal((n, k))
    ratings = 1 + (values[:, :, None] > model.CUTS).sum(axis=2)
    slopes = np.array([model.STAFF_EFFECT[name] for name in model.STAFF_DRIVERS])
    expected = model.STAFF_BASE + RATED[ratings - 1] @ slopes
    room = np.minimum(model.STAFF_NOISE, np.minimum(expected, 100 - expected))
    satisfaction = 1 + unbiased(expected + room * rng.uniform(-1, 1, n), 25.0, rng)
    columns = {"branch": np.array(model.BRANCHES)[branch]}
    for j, name in enumerate(model.STAFF_DRIVERS):
        # "Obstacles hold me up": whoever agrees is worse off.
        columns[name] = (6 - ratings[:, j] if name == "obstacles" else ratings[:, j]).astype(str)
        columns[name][rng.random(n) < 0.01] = ""
    columns["satisfaction"] = satisfaction.astype(str)
    return pd.DataFrame(columns).astype("str")


def staff_shares() -> dict[str, float]:
    """Share of each of the staff's drivers in the population of all branches."""
    x, w = np.polynomial.hermite_e.hermegauss(64)
    w = w / w.sum()
    on_halo = np.array([model.STAFF_HALO[name] for name in model.STAFF_DRIVERS])
    k = len(on_halo)
    first, second = np.zeros(k), np.zeros((k, k))
    for level in _levels():
        centre = level + x[:, None] * on_halo
        below = special.ndtr((model.CUTS - centre[:, :, None]) / np.sqrt(1 - on_halo**2)[:, None])
        parts = np.diff(below, axis=2, prepend=0.0, append=1.0)
        mean = parts @ RATED
        products = (mean * w[:, None]).T @ mean
        np.fill_diagonal(products, w @ (parts @ RATED**2))
        first += w @ mean / len(model.BRANCHES)
        second += products / len(model.BRANCHES)
    scatter = second - np.outer(first, first)
    slopes = np.array([model.STAFF_EFFECT[name] for name in model.STAFF_DRIVERS])
    shares = shapley_shares(scatter, scatter @ slopes)
    return {name: float(share) for name, share in zip(model.STAFF_DRIVERS, shares, strict=True)}


def draw_management(rng: np.random.Generator) -> pd.DataFrame:
    """What managers guess of each attribute: performance 0–100, and parts of 100 points of importance; text."""
    rows = []
    for manager in range(1, model.MANAGERS + 1):
        guesses = np.array([model.MANAGEMENT_IMPORTANCE[name] for name in model.ATTRIBUTES])
        points = rng.multinomial(100, rng.dirichlet(40 * guesses / guesses.sum()))
        for name, importance in zip(model.ATTRIBUTES, points, strict=True):
            performance = round(float(np.clip(rng.normal(model.MANAGEMENT_PERFORMANCE[name], 6.0), 0, 100)))
            rows.append((f"m{manager:02}", name, str(performance), str(int(importance))))
    return pd.DataFrame(rows, columns=["manager", "attribute", "performance", "importance"]).astype("str")


def draw_branch_figures(rng: np.random.Generator) -> pd.DataFrame:
    """What each branch recorded in each wave: customers, contacts, complaints, repeat contacts and so on; text."""
    sizes = model.branch_sizes()
    rows = []
    for number, wave in enumerate(model.WAVES, start=1):
        for branch, size in zip(model.BRANCHES, sizes, strict=True):
            contacts = int(rng.poisson(size * model.CONTACTS_PER_CUSTOMER))
            # Rates differ between branches and quarters by more than counting alone.
            rate = model.COMPLAINTS_PER_1000 / 1000 * rng.gamma(25.0, 1 / 25.0)
            again = model.REPEAT_CONTACT[number - 1] * rng.gamma(400.0, 1 / 400.0)
            rows.append(
                (
                    branch,
                    wave,
                    int(size),
                    contacts,
                    int(rng.poisson(contacts * rate)),
                    int(rng.binomial(contacts, min(1.0, again))),
                    int(rng.binomial(int(size), model.LOST_PER_QUARTER)),
                    int(rng.poisson(size * model.REFERRED_PER_1000 / 1000)),
                )
            )
    names = ["branch", "wave", "customers", "contacts", "complaints", "repeat_contacts", "lost", "referred"]
    return pd.DataFrame(rows, columns=names).astype("str")


def _levels() -> np.ndarray:
    """Latent level of the staff's drivers in each branch; float (24, 4)."""
    lots = model.branch_staff()
    return np.column_stack(
        [model.STAFF_OFFSET[name] + model.STAFF_BRANCH[name] * lots[name] for name in model.STAFF_DRIVERS]
    )
