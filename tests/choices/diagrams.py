"""The same problem as an influence diagram of pyAgrum: what each option is worth there, with and without knowing more."""

from itertools import product

import numpy as np
import pyagrum as gum

from tocsin.elicitation import report_likelihood


class Diagram:
    """A choice as an influence diagram with the decision `option`, and `first` before it in a plan.

    knows: a variable that is seen before the option is taken; grade: of a report on it that is seen instead.
    A variable that an option forces has a twin, `seen X`, which its effects and the stakes have for it.
    """

    def __init__(self, model, choice, knows=None, grade=None):
        self.network, self.choice, self.model = model.network, choice, model
        self.diagram = gum.InfluenceDiagram()
        steps = [("first", choice.first)] if choice.first else []
        for name, courses in (*steps, ("option", choice.options)):
            self.diagram.addDecisionNode(gum.LabelizedVariable(name, name, list(courses)))
        self.decisions = (
            {"first": choice.first, "option": choice.options} if choice.first else {"option": choice.options}
        )
        self._chances()
        self._utilities()
        if choice.first:
            self._learning()
            self.diagram.addArc("first", "option")
        elif knows is not None:
            self.diagram.addArc(self._report(knows, grade) if grade else knows, "option")

    def _chances(self):
        forced = {name for courses in self.decisions.values() for course in courses.values() for name in course.forced}
        self.twin = {name: f"seen {name}" for name in forced}
        order = list(self.network.variables)
        for name in order:
            states = list(self.network.states[name])
            self.diagram.addChanceNode(gum.LabelizedVariable(name, name, states))
            if name in forced:
                self.diagram.addChanceNode(gum.LabelizedVariable(self.twin[name], name, states))
        for name in order:
            parents = [self.twin.get(parent, parent) for parent in self.network.parents[name]]
            for parent in parents:
                self.diagram.addArc(parent, name)
            self._fill(name, parents, lambda *at, name=name: self.network.tables[name][(slice(None), *at)])
        for name, twin in self.twin.items():
            for parent in (*self.decisions, name):
                self.diagram.addArc(parent, twin)
            self._fill(twin, [*self.decisions, name], lambda *at, name=name: self._twin(name, *at))

    def _twin(self, name, *at):
        state = at[-1]
        for (_, courses), place in zip(self.decisions.items(), at[:-1], strict=True):
            course = list(courses.values())[place]
            if name in course.forced:
                state = self.network.index(name, course.forced[name])
        return np.eye(self.network.size(name))[state]

    def _fill(self, name, parents, column):
        table = self.diagram.cpt(name)
        sizes = [self.diagram.variable(parent).domainSize() for parent in parents]
        for at in product(*map(range, sizes)):
            table[dict(zip(parents, at, strict=True))] = [float(p) for p in column(*at)]

    def _utilities(self):
        for number, stake in enumerate(self.choice.stakes):
            names = [self.twin.get(name, name) for name in stake.when]
            self._utility(f"stake {number}", names, lambda *at, stake=stake: self._stake(stake, at))
        for decision, courses in self.decisions.items():
            costs = [course.cost.value if course.cost else 0.0 for course in courses.values()]
            self._utility(f"cost of {decision}", [decision], lambda place, costs=costs: -costs[place])

    def _stake(self, stake, at):
        held = [
            self.network.states[name][place] in states
            for (name, states), place in zip(stake.when.items(), at, strict=True)
        ]
        return -stake.sign * stake.amount.value if all(held) else 0.0

    def _utility(self, name, parents, value):
        self.diagram.addUtilityNode(gum.LabelizedVariable(name, name, 1))
        for parent in parents:
            self.diagram.addArc(parent, name)
        sizes = [self.diagram.variable(parent).domainSize() for parent in parents]
        for at in product(*map(range, sizes)):
            self.diagram.utility(name)[dict(zip(parents, at, strict=True))] = [value(*at)]

    def _reports(self, about, grade):
        states = self.network.states[about]
        if grade is None:
            return np.eye(len(states))
        rows = np.array([report_likelihood(states, (s,), grade, self.model.records.scales) for s in states])
        return rows / rows.sum(axis=0)

    def _report(self, about, grade):
        self.diagram.addChanceNode(gum.LabelizedVariable("report", "report", list(self.network.states[about])))
        self.diagram.addArc(about, "report")
        self._fill("report", [about], lambda state: self._reports(about, grade)[:, state])
        return "report"

    def _learning(self):
        """A report with a state for none; the first step's own variable, of the one that is learned of in the problem."""
        about = next(step.learns.about for step in self.choice.first.values() if step.learns)
        labels = [*self.network.states[about], "no report"]
        self.diagram.addChanceNode(gum.LabelizedVariable("report", "report", labels))
        for parent in ("first", about):
            self.diagram.addArc(parent, "report")

        def column(first, state):
            learns = list(self.choice.first.values())[first].learns
            if learns is None:
                return [0.0] * (len(labels) - 1) + [1.0]
            assert learns.about == about
            return [*(learns.comes * self._reports(about, learns.grade)[:, state]), 1 - learns.comes]

        self._fill("report", ["first", about], column)
        self.diagram.addArc("report", "option")

    def value(self, **decided):
        """The greatest expected utility, with some decisions made."""
        inference = gum.ShaferShenoyLIMIDInference(self.diagram)
        if len(self.decisions) > 1:
            inference.addNoForgettingAssumption(list(self.decisions))
        inference.setEvidence(decided)
        inference.makeInference()
        return inference.MEU()["mean"]
