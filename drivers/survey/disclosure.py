"""What may be told of groups, so that what a few people said is neither told nor can be worked out."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from drivers.results import FEWEST_SHOWN

_ALMOST_NOTHING = 1e-6
"""Length of a step through what is hidden already: no step at all is no edge to SciPy."""
_LAST, _SUM, _AGAIN = 4.0, 2.0, 0.25
"""How many times dearer an entry of the last column is, and a sum, than its people alone make it; and by how much every
entry that its row has lost already makes it dearer, so that no row loses all."""


def may_be_shown(n: np.ndarray, *, fewest: int = FEWEST_SHOWN, told: np.ndarray | None = None) -> np.ndarray:
    """Which groups may be shown, so that none that is hidden can be worked out from the others; bool (k,).

    Parameters
    ----------
    n
        Answers in each group; int (k,).
    fewest
        Fewest answers of a group that is shown.
    told
        Groups that may be told of at all; bool (k,); all of them if None.

    Notes
    -----
    A group of fewer answers is hidden. Where the hidden ones are a single group, or together have fewer answers, all
    others and the total would tell them: then the next smallest is hidden too. Groups of nobody hide nothing.
    """
    shown = n >= fewest
    if told is not None:
        shown &= told
    hidden = (n > 0) & ~shown
    while hidden.any() and shown.any() and (hidden.sum() == 1 or n[hidden].sum() < fewest):
        next_smallest = np.flatnonzero(shown)[n[shown].argmin()]
        shown[next_smallest], hidden[next_smallest] = False, True
    return shown


def hidden_entries(table: np.ndarray, *, fewest: int = FEWEST_SHOWN) -> np.ndarray:
    """What may not be told of a table of counts whose sums are told as well; bool (r + 1, c + 1).

    Parameters
    ----------
    table
        People by group of one kind and of another, the columns in time; int (r, c).
    fewest
        Fewest people that are told of.

    Returns
    -------
    numpy.ndarray
        The last row and the last column are the sums. Entries of nobody are not hidden.

    Notes
    -----
    Every row and every column is an equation: its entries add up to its sum. Entries that are not told are the edges of
    a graph between rows and columns, and one of them follows from what is told exactly where it is a bridge: on no
    cycle of others. So the entries of few people are hidden; for each bridge the cheapest entries that close a cycle
    through it, by a shortest path; and of a line in which what is left to few people can be subtracted, the cheapest
    other entry. Cheap are entries of few people, rows of which little else is hidden, and any column but the last that
    has people, which readers look for. To hide the least of all would be NP-hard.

    References
    ----------
    Gusfield (1988), A graph theoretic approach to statistical data security, doi:10.1137/0217034.
    Cox (1980), Suppression methodology and statistical disclosure control, doi:10.1080/01621459.1980.10477481.
    """
    sizes = with_sums(table)
    hidden = (sizes > 0) & (sizes < fewest)
    few = hidden.copy()
    while few.any():
        if any([_around(edge, _costs(sizes, hidden, few), hidden) for edge in _bridges(hidden)]):
            continue
        one = _telling_line(sizes, hidden, fewest, _costs(sizes, hidden, few))
        if one is None:
            break
        hidden[one] = True
    return hidden


def with_sums(table: np.ndarray) -> np.ndarray:
    """A table with the sums of its columns below it and those of its rows beside it; (r + 1, c + 1)."""
    rows = np.vstack([table, table.sum(axis=0)])
    return np.column_stack([rows, rows.sum(axis=1)])


def _costs(sizes: np.ndarray, hidden: np.ndarray, few: np.ndarray) -> np.ndarray:
    """What it costs to hide an entry; 0 where there is nobody; float (r + 1, c + 1)."""
    others = (hidden & ~few)[:, :-1].sum(axis=1, keepdims=True)
    costs = sizes * (1.0 + others * _AGAIN)
    last = np.flatnonzero(sizes[-1, :-1])[-1]
    costs[:, last] *= _LAST
    costs[:, -1] *= _SUM
    costs[-1, :] *= _SUM
    return costs


def _telling_line(sizes: np.ndarray, hidden: np.ndarray, fewest: int, costs: np.ndarray) -> tuple[int, int] | None:
    """The entry to hide where a line's sum less its other entries is of few people; None where there is none such."""
    for across in (False, True):
        n, gone, cost = (sizes.T, hidden.T, costs.T) if across else (sizes, hidden, costs)
        left = np.where(gone[:, :-1], n[:, :-1], 0).sum(axis=1)
        for line in np.flatnonzero((left > 0) & (left < fewest) & ~gone[:, -1]):
            known = np.flatnonzero((n[line, :-1] > 0) & ~gone[line, :-1])
            place = int(known[cost[line, known].argmin()]) if len(known) else n.shape[1] - 1
            return (place, int(line)) if across else (int(line), place)
    return None


def _bridges(hidden: np.ndarray) -> list[tuple[int, int]]:
    """Edges of a graph between rows and columns that are on no cycle: its entries; by depth-first search."""
    rows = len(hidden)
    near = [*(np.flatnonzero(line) + rows for line in hidden), *(np.flatnonzero(line) for line in hidden.T)]
    reached = np.full(len(near), -1)
    lowest = np.zeros(len(near), dtype=np.int64)
    found: list[tuple[int, int]] = []
    count = 0
    for start in range(rows):
        if reached[start] >= 0 or not len(near[start]):
            continue
        reached[start] = lowest[start] = count
        count += 1
        path = [(start, -1, iter(near[start]))]
        while path:
            here, parent, others = path[-1]
            other = next(others, None)
            if other is None:
                path.pop()
                if parent >= 0:
                    lowest[parent] = min(lowest[parent], lowest[here])
                    if lowest[here] > reached[parent]:
                        found.append((min(here, parent), max(here, parent) - rows))
            elif reached[other] < 0:
                reached[other] = lowest[other] = count
                count += 1
                path.append((int(other), here, iter(near[other])))
            elif other != parent:
                lowest[here] = min(lowest[here], reached[other])
    return found


def _around(edge: tuple[int, int], costs: np.ndarray, hidden: np.ndarray) -> bool:
    """Hide what closes a cycle through an entry; whether there is anything that does."""
    rows = len(costs)
    steps = np.where(hidden, _ALMOST_NOTHING, costs)
    steps[edge] = 0.0
    graph = sparse.bmat([[None, sparse.csr_array(steps)], [sparse.csr_array(steps.T), None]], format="csr")
    length, before = csgraph.dijkstra(graph, indices=edge[0], return_predecessors=True)
    here, closed = rows + edge[1], False
    if not np.isfinite(length[here]):
        return False
    while here != edge[0]:
        there = int(before[here])
        entry = (min(here, there), max(here, there) - rows)
        closed |= not hidden[entry]
        hidden[entry] = True
        here = there
    return closed
