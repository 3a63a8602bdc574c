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
        # K x C: one contiguous row a position is faster than one a slate.
        listed = list(itertools.combinations(range(self.items), self.slate_size))
        self.slates = np.ascontiguousarray(np.array(listed).T)
        self.flat_slates = self.slates.ravel()
        self.is_small = len(listed) <= 1000
        self.shows = np.zeros((len(listed), self.items))
        np.put_along_axis(self.shows, self.slates.T, 1, axis=1)
        self.random = np.random.Generator(np.random.SFC64(plan["seed"]))

    def weights(self):
        return np.exp((self.relevances - self.no_click_score) / self.temperature)

    def cell_probabilities(self):
        """Over all visits, (K + 1) x C: outcome and slate, the last outcome no click. Sums to 1."""
        cells = np.zeros((self.slate_size + 1, self.slates.shape[1]))
        for weights, share in zip(self.weights(), self.shares):
            slate_weights = weights[self.slates]
            scale = (share / self.slates.shape[1]) / (1 + slate_weights.sum(axis=0))
            cells[:-1] += slate_weights * scale
            cells[-1] += scale
        return cells

    def by_item(self, by_slate):
        """Counts of slates as counts of their items, in the faster way for the size of the list."""
        if self.is_small:
            return by_slate @ self.shows
        repeated = np.tile(by_slate, self.slate_size)
        return np.bincount(self.flat_slates, weights=repeated, minlength=self.items)

    def totals_of_cells(self, cells):
        clicks = np.bincount(self.flat_slates, weights=cells[:-1].ravel(), minlength=self.items)
        none = cells[-1]
        return self.by_item(cells.sum(axis=0)), clicks, self.by_item(none), self.visits - none.sum()

    def draw_personas(self):
        if self.personas == 1:
            return 0
        if np.all(self.shares == self.shares[0]):
            return self.random.integers(self.personas, size=self.visits)
        return np.searchsorted(np.cumsum(self.shares)[:-1], self.random.random(self.visits), side="right")

    def totals_of_visits(self, slates, slate_weights):
        """`slates` and their weights K x S."""
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
        slates = self.slates[:, self.random.integers(self.slates.shape[1], size=self.visits)]
        return self.totals_of_visits(slates, self.weights().ravel()[slates + self.draw_personas() * self.items])

    def vectorised_table(self):
        """Each visit a slate from the list; whether and where it clicks from the table of all slates' chances.

        One number decides both: it falls below the slate's chance of any click, and then below one of its
        running sums. Impressions are counted by slate and then brought to items.
        """
        count = self.slates.shape[1]
        running = np.cumsum(self.cell_probabilities()[:-1], axis=0)
        running *= count
        drawn = self.random.integers(count, size=self.visits)
        point = self.random.random(self.visits)
        is_click = point < running[-1][drawn]
        clicked = drawn[is_click]
        point = point[is_click]
        cell = clicked.copy()
        for upper in running[:-1]:
            cell += count * (point >= upper[clicked])
        clicks = np.bincount(self.flat_slates[cell], minlength=self.items)
        impressions = self.by_item(np.bincount(drawn, minlength=count))
        beside = self.by_item(np.bincount(clicked, minlength=count))
        return impressions, clicks, impressions - beside, len(clicked)

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
        start = time.process_time()
        for _ in range(question["repeats"]):
            draw()
        return {"milliseconds": (time.process_time() - start) * 1000 / question["repeats"]}
    sums = [0, 0, 0, 0]
    for _ in range(question["repeats"]):
        sums = [a + b for a, b in zip(sums, draw())]
    names = ("impressions", "clicks", "noClickImpressions", "clicked")
    return {name: np.asarray(value).tolist() for name, value in zip(names, sums)}


def main():
    # Made and freed once, this keeps the C library from giving memory back to the system after each array.
    np.ones(3_500_000)
    cases = {}
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), cases)), flush=True)


main()
