"""NumPy forms of one iteration of the click simulator, for bench/simulator.ts.

Answers one JSON line for each it reads. Every form recomputes the click probabilities from the relevances in
each iteration and returns the same as Forage: impressions, clicks and no-click impressions by item, and the
number of clicked visits. What does not depend on the relevances (the list of slates) may be kept.
"""

import itertools
import json
import platform
import sys
import time

import numpy as np


class Case:
    """A plan as arrays, with what may be kept between iterations."""

    def __init__(self, plan):
        self.relevances = np.array(plan["relevances"], dtype=float).reshape(len(plan["weights"]), -1)
        weights = np.array(plan["weights"], dtype=float)
        self.shares = weights / weights.sum()
        self.personas, self.items = self.relevances.shape
        self.slate_size = plan["slateSize"]
        self.visits = plan["interactions"]
        self.temperature = plan["choiceTemperature"]
        self.no_click_score = plan["noClickScore"]
        self.slates = np.array(list(itertools.combinations(range(self.items), self.slate_size)))
        self.flat_slates = self.slates.ravel()
        self.is_small = len(self.slates) <= 1000
        self.shows = np.zeros((len(self.slates), self.items))
        np.put_along_axis(self.shows, self.slates, 1, axis=1)
        self.random = np.random.Generator(np.random.SFC64(plan["seed"]))

    def weights(self):
        return np.exp((self.relevances - self.no_click_score) / self.temperature)

    def cell_probabilities(self):
        """Over all visits, C x (K + 1): slate and outcome, the last one no click. Sums to 1."""
        slate_weights = self.weights()[:, self.slates]
        scale = self.shares[:, None] / (len(self.slates) * (1 + slate_weights.sum(axis=2)))
        cells = np.empty((len(self.slates), self.slate_size + 1))
        if self.personas == 1:
            np.multiply(slate_weights[0], scale[0][:, None], out=cells[:, :-1])
            cells[:, -1] = scale[0]
        else:
            np.einsum("pck,pc->ck", slate_weights, scale, out=cells[:, :-1])
            cells[:, -1] = scale.sum(axis=0)
        return cells

    def totals_of_cells(self, cells):
        shown = cells.sum(axis=1)
        none = cells[:, -1]
        clicks = np.bincount(self.flat_slates, weights=cells[:, :-1].ravel(), minlength=self.items)
        if self.is_small:
            impressions = shown @ self.shows
            no_clicks = none @ self.shows
        else:
            repeat = self.slate_size
            impressions = np.bincount(self.flat_slates, weights=np.repeat(shown, repeat), minlength=self.items)
            no_clicks = np.bincount(self.flat_slates, weights=np.repeat(none, repeat), minlength=self.items)
        return impressions, clicks, no_clicks, self.visits - none.sum()

    def draw_personas(self):
        if self.personas == 1:
            return 0
        if np.all(self.shares == self.shares[0]):
            return self.random.integers(self.personas, size=self.visits)
        return np.searchsorted(np.cumsum(self.shares)[:-1], self.random.random(self.visits), side="right")

    def totals_of_visits(self, slates, slate_weights):
        """`slates` and their weights K x S: one contiguous row a position is faster than one a visit."""
        sums = np.cumsum(slate_weights, axis=0)
        point = self.random.random(self.visits) * (1 + sums[-1])
        is_click = point < sums[-1]
        places = (point >= sums[:-1]).sum(axis=0)[is_click]
        clicked_slates = slates[:, is_click]
        clicked = clicked_slates[places, np.arange(clicked_slates.shape[1])]
        impressions = np.bincount(slates.ravel(), minlength=self.items)
        beside_clicks = np.bincount(clicked_slates.ravel(), minlength=self.items)
        clicks = np.bincount(clicked, minlength=self.items)
        return impressions, clicks, impressions - beside_clicks, len(clicked)

    def vectorised(self):
        """Each visit: a persona, K items without replacement, one outcome; all visits at once."""
        slates = np.empty((self.slate_size, self.visits), dtype=np.int64)
        for position in range(self.slate_size):
            drawn = self.random.integers(self.items - position, size=self.visits)
            # The drawn one among those not yet taken: step over the taken ones, lowest first.
            for taken in np.sort(slates[:position], axis=0) if position > 1 else slates[:position]:
                drawn += drawn >= taken
            slates[position] = drawn
        return self.totals_of_visits(slates, self.weights().ravel()[slates + self.draw_personas() * self.items])

    def vectorised_listed(self):
        """The same, with slates drawn from the kept list of all slates."""
        drawn = self.random.integers(len(self.slates), size=self.visits)
        slates = self.slates.T[:, drawn]
        return self.totals_of_visits(slates, self.weights().ravel()[slates + self.draw_personas() * self.items])

    def vectorised_cells(self):
        """Each visit a slate from the list and an outcome by the table of all slates' probabilities."""
        sums = np.cumsum(self.cell_probabilities() * len(self.slates), axis=1)[:, :-1].T
        drawn = self.random.integers(len(self.slates), size=self.visits)
        point = self.random.random(self.visits)
        cell = drawn * (self.slate_size + 1)
        for upper in sums:
            cell += point >= upper[drawn]
        size = len(self.slates) * (self.slate_size + 1)
        return self.totals_of_cells(np.bincount(cell, minlength=size).reshape(len(self.slates), -1))

    def multinomial(self):
        """Counts by slate and outcome from one multinomial draw, over the mixture of the personas."""
        cells = self.cell_probabilities()
        counts = self.random.multinomial(self.visits, cells.ravel() / cells.sum())
        return self.totals_of_cells(counts.reshape(cells.shape))


def answer(question, cases):
    command = question["command"]
    if command == "versions":
        return {"Python": platform.python_version(), "NumPy": np.__version__}
    if command == "case":
        cases[question["name"]] = Case(question["plan"])
        return {}
    draw = getattr(cases[question["name"]], question["form"])
    if command == "time":
        start = time.perf_counter()
        for _ in range(question["repeats"]):
            draw()
        return {"milliseconds": (time.perf_counter() - start) * 1000 / question["repeats"]}
    sums = [0, 0, 0, 0]
    for _ in range(question["repeats"]):
        sums = [a + b for a, b in zip(sums, draw())]
    names = ("impressions", "clicks", "noClickImpressions", "clicked")
    return {name: np.asarray(value).tolist() for name, value in zip(names, sums)}


def main():
    cases = {}
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), cases)), flush=True)


main()
