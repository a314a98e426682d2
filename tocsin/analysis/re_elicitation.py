"""Priors elicited anew only where what statements count for has changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property

from tocsin.elicitation import Priors, SharesPrior, StatementWeights, weigh
from tocsin.elicitation.parameter_priors import Prior, prior
from tocsin.elicitation.priors import with_parts
from tocsin.elicitation.statement_weights import facts, likelihoods
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Statement, StatementChanges
from tocsin.records.parameters import Parameter


class Elicitor:
    """The priors of a model, which stands under a scenario's changes to statements, where these are weighed anew."""

    def __init__(self, model: Model, changes: StatementChanges):
        self.model = model
        self._changes = changes
        self._weights = weigh(model.records, changes)

    def weighed_anew(self, weights: StatementWeights) -> Priors:
        """The priors under other weights of all statements. Raises UnknownWords."""
        found = facts(weights, self._changes.half_life_days)
        return self._priors(weights, self._numbers, likelihoods(found))

    def traces(self, name: str) -> frozenset[str]:
        """Of what a statement, speaker, origin or source stands for, the statements that are heard and do anything."""
        return frozenset(statement.id for statement in self._heard.get(name, ()) if not self._is_silent(statement))

    def without(self, left: frozenset[str]) -> Priors:
        """The priors without some statements, on top of what the scenario leaves out."""
        several = [self.model.records.by_id[name] for name in left]
        if any(judgement.qualifies for statement in several for judgement in statement.judges):
            # What other statements count for changes too.
            changes = self._changes.model_copy(update={"exclude": (*self._changes.exclude, *left)})
            return self.weighed_anew(weigh(self.model.records, changes))
        excluded = {name: replace(self._weights.statements[name], excluded=True) for name in left}
        weights = replace(self._weights, statements={**self._weights.statements, **excluded})
        return self._priors(weights, left, self._likelihoods(weights, several))

    def _priors(self, weights: StatementWeights, statements: Collection[str], rows: Mapping[str, Array]) -> Priors:
        """The numbers that the statements observe are elicited; all others do not depend on them."""
        old = self.model.priors
        numbers = {number for name in statements for number in self._numbers.get(name, ())}
        new = {number: prior(self._slots[number], weights) for number in sorted(numbers)}
        found: dict[str, Prior | SharesPrior] = {key: new[key] for key in new if key not in self._whole}
        for key in {self._whole[part] for part in new if part in self._whole}:
            whole = old.by_key[key]
            assert isinstance(whole, SharesPrior)
            found[key] = with_parts(whole, [new.get(part.key, part) for part in whole.parts])
        # Only the likelihoods are asked for, not the facts behind them.
        return replace(old, by_key={**old.by_key, **found}, facts=(), likelihoods=rows)

    def _likelihoods(self, weights: StatementWeights, left: Collection[Statement]) -> Mapping[str, Array]:
        """Only reports on the same variables are heard again."""
        old = self.model.priors.likelihoods
        touched = {variable for statement in left for variable in statement.reports}
        if not touched:
            return old
        names = dict.fromkeys(name for variable in touched for name in self._reporting[variable])
        reporting = {name: weights.statements[name] for name in names}
        found = facts(replace(weights, statements=reporting), self._changes.half_life_days)
        again = likelihoods(fact for fact in found if fact.variable in touched)
        return {**{name: row for name, row in old.items() if name not in touched}, **again}

    @cached_property
    def _heard(self) -> dict[str, list[Statement]]:
        """Per statement, speaker, origin and source what is heard of it."""
        found: dict[str, list[Statement]] = {}
        for statement in self.model.records.statements:
            if not self._weights.statements[statement.id].excluded:
                for name in statement.names:
                    found.setdefault(name, []).append(statement)
        return found

    @cached_property
    def _reporting(self) -> dict[str, list[str]]:
        """Per variable the statements that report on it."""
        found: dict[str, list[str]] = {}
        for statement in self.model.records.statements:
            for variable in statement.reports:
                found.setdefault(variable, []).append(statement.id)
        return found

    @cached_property
    def _slots(self) -> dict[str, list[Parameter]]:
        """Per number the slots where it stands."""
        found: dict[str, list[Parameter]] = {}
        for slot in self.model.provenance.slots:
            found.setdefault(slot.number, []).append(slot)
        return found

    @cached_property
    def _numbers(self) -> dict[str, set[str]]:
        """Per statement the numbers that it observes."""
        found: dict[str, set[str]] = {}
        for number, places in self._slots.items():
            for name in places[0].quantity.statements:
                found.setdefault(name, set()).add(number)
        return found

    @cached_property
    def _whole(self) -> dict[str, str]:
        """Per share of one distribution over several states that distribution."""
        priors = self.model.priors.by_key.items()
        return {part.key: key for key, column in priors if isinstance(column, SharesPrior) for part in column.parts}

    def _is_silent(self, statement: Statement) -> bool:
        """Whether it observes no number, reports nothing and qualifies no other: without it everything is as it is."""
        qualifies = any(judgement.qualifies for judgement in statement.judges)
        return statement.id not in self._numbers and not statement.reports and not qualifies
