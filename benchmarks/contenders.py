"""pyAgrum and pgmpy, each doing what the engine does, in the fastest way it has been found to have."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from tocsin.network import Network
from tocsin.network.network import Array

Likelihoods = Mapping[str, Array]


class PyAgrum:
    """A junction tree kept for all rows, its evidence changed in a loop: `chgEvidence`, one thread.

    ShaferShenoyInference is faster here than LazyPropagation, by a third to a half.
    """

    def __init__(self, network: Network):
        # Its classes carry no types.
        pyagrum: Any = import_module("pyagrum")
        self._network = network
        self._algorithm = pyagrum.ShaferShenoyInference
        self._model = pyagrum.BayesNet()
        for name in network.variables:
            self._model.add(pyagrum.LabelizedVariable(name, name, list(network.states[name])))
        for name, parents in network.parents.items():
            for parent in parents:
                self._model.addArc(parent, name)
        self._axes = {name: self._order(name) for name in network.variables}
        for name, table in network.tables.items():
            self._fill(name, table)

    def prepared(self, likelihoods: Likelihoods) -> Any:
        """The tree with evidence on all of these variables."""
        inference = self._algorithm(self._model)
        inference.setNumberOfThreads(1)
        for name, rows in likelihoods.items():
            inference.addEvidence(name, rows[0].tolist())
        inference.makeInference()
        return inference

    def same_variables(self, inference: Any, likelihoods: Mapping[str, list[list[float]]], rows: int) -> list[Any]:
        """Marginals of all variables, for rows with evidence on the same variables."""
        answers = []
        for row in range(rows):
            for name, values in likelihoods.items():
                inference.chgEvidence(name, values[row])
            inference.makeInference()
            answers.append([inference.posterior(name) for name in self._network.variables])
        return answers

    def other_variables(self, findings: list[dict[str, list[float]]]) -> list[Any]:
        """The same, for rows each with evidence on variables of its own."""
        inference = self._algorithm(self._model)
        inference.setNumberOfThreads(1)
        answers = []
        for row in findings:
            inference.eraseAllEvidence()
            for name, values in row.items():
                inference.addEvidence(name, values)
            inference.makeInference()
            answers.append([inference.posterior(name) for name in self._network.variables])
        return answers

    def other_tables(self, likelihoods: Likelihoods, tables: Likelihoods, draws: int) -> list[Any]:
        """The same, for draws of all tables: filled, and a new tree, as the old one keeps the old tables."""
        answers = []
        for draw in range(draws):
            for name, table in tables.items():
                self._fill(name, table[..., draw])
            inference = self.prepared(likelihoods)
            answers.append([inference.posterior(name) for name in self._network.variables])
        return answers

    def _order(self, name: str) -> list[int]:
        axes = (name, *self._network.parents[name])
        return [axes.index(axis) for axis in reversed(self._model.cpt(name).names)]

    def _fill(self, name: str, table: Array) -> None:
        self._model.cpt(name).fillWith(table.transpose(self._axes[name]).ravel().tolist())


class Pgmpy:
    """VariableElimination, one query for each variable, likelihoods as virtual evidence."""

    def __init__(self, network: Network):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pgmpy.factors.discrete import TabularCPD
            from pgmpy.inference import VariableElimination

            self._factor = TabularCPD
            self._inference = VariableElimination(network.to_pgmpy())
        self._network = network

    def reported(self, likelihoods: Likelihoods) -> None:
        """Marginals of all variables, of the first row."""
        states = self._network.states
        virtual = [
            self._factor(name, len(states[name]), rows[:1].T, state_names={name: list(states[name])})
            for name, rows in likelihoods.items()
        ]
        self._query(self._network.variables, virtual_evidence=virtual)

    def observed(self, likelihoods: Likelihoods) -> None:
        """Marginals of all other variables, of the first row, which is one-hot."""
        seen = {name: self._network.states[name][int(rows[0].argmax())] for name, rows in likelihoods.items()}
        self._query([name for name in self._network.variables if name not in seen], evidence=seen)

    def _query(self, targets: Sequence[str], **evidence: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in targets:
                self._inference.query([name], show_progress=False, **evidence)


def largest_error(network: Network, marginals: Likelihoods, answers: list[Any]) -> float:
    """Between the engine's first rows and pyAgrum's."""
    return max(
        float(np.abs(marginals[name][row] - answer[position].toarray()).max())
        for row, answer in enumerate(answers)
        for position, name in enumerate(network.variables)
    )
