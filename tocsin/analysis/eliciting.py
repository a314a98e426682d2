"""Priors elicited anew only where what statements count for has changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property

from tocsin.elicitation import Hearing, Prior, Priors, SimplexPrior, hear
from tocsin.elicitation.facts import facts, likelihoods
from tocsin.elicitation.quantities import prior
from tocsin.elicitation.states import combined
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Statement, StatementChanges
from tocsin.records.base import only
from tocsin.records.slots import Slot


class Elicitor:
    """The priors of a model, which stands under a scenario's changes to statements, where these are heard otherwise."""

    def __init__(self, model: Model, changes: StatementChanges):
        self.model = model
        self._changes = changes
        self._hearing = hear(model.records, changes)

    def heard_otherwise(self, hearing: Hearing) -> Priors:
        """The priors under another hearing of all statements. Raises UnknownWords."""
        return self._priors(hearing, self._setting, likelihoods(facts(hearing, self._changes.half_life_days)))

    def traces(self, name: str) -> frozenset[str]:
        """Of what a statement, speaker, origin or source stands for, the statements that are heard and do anything."""
        return frozenset(
            statement.id
            for statement in self.model.records.statements
            if name in (statement.id, statement.speaker, statement.origin, statement.source)
            and not self._is_silent(statement)
            and not self._hearing.standings[statement.id].excluded
        )

    def without(self, left: frozenset[str]) -> Priors:
        """The priors without some statements, on top of what the scenario leaves out."""
        several = [self.model.records.by_id[name] for name in left]
        if any(judgement.qualifies for one in several for judgement in one.judges):
            # What other statements count for changes too.
            changes = self._changes.model_copy(update={"exclude": (*self._changes.exclude, *left)})
            return self.heard_otherwise(hear(self.model.records, changes))
        standings = {
            name: replace(one, excluded=True) if name in left else one for name, one in self._hearing.standings.items()
        }
        hearing = replace(self._hearing, standings=standings)
        return self._priors(hearing, left, self._likelihoods(hearing, several))

    def _priors(self, hearing: Hearing, statements: Collection[str], rows: Mapping[str, Array]) -> Priors:
        """The numbers that the statements may set are elicited; all others do not depend on them."""
        old = self.model.priors.by_key
        slots = {slot.key: slot for name in statements for slot in self._setting.get(name, ())}
        new = {key: prior(slot, hearing) for key, slot in slots.items()}
        found: dict[str, Prior | SimplexPrior] = {key: one for key, one in new.items() if key not in self._whole}
        for key in {self._whole[part] for part in new if part in self._whole}:
            whole = old[key]
            assert isinstance(whole, SimplexPrior)
            found[key] = _of_parts(whole, {part.key: new.get(part.key, part) for part in whole.parts})
        # Only the likelihoods are asked for, not the facts behind them.
        return Priors({**old, **found}, (), rows)

    def _likelihoods(self, hearing: Hearing, left: Collection[Statement]) -> Mapping[str, Array]:
        """Only reports on the same variables are heard again."""
        old = self.model.priors.likelihoods
        spoken = {only(one.reports)[0] for one in left if one.reports is not None}
        if not spoken:
            return old
        reporting = {
            name: one
            for name, one in hearing.standings.items()
            if one.statement.reports is not None and only(one.statement.reports)[0] in spoken
        }
        heard = facts(replace(hearing, standings=reporting), self._changes.half_life_days)
        return {**{name: row for name, row in old.items() if name not in spoken}, **likelihoods(heard)}

    @cached_property
    def _setting(self) -> dict[str, list[Slot]]:
        """Per statement the numbers that it may set."""
        found: dict[str, list[Slot]] = {}
        for slot in self.model.provenance.slots:
            for name in slot.quantity.statements:
                found.setdefault(name, []).append(slot)
        return found

    @cached_property
    def _whole(self) -> dict[str, str]:
        """Per share of one distribution over several states that distribution."""
        priors = self.model.priors.by_key.items()
        return {part.key: key for key, one in priors if isinstance(one, SimplexPrior) for part in one.parts}

    def _is_silent(self, statement: Statement) -> bool:
        """Whether it sets no number, reports nothing and qualifies no other: without it everything is as it is."""
        qualifies = any(judgement.qualifies for judgement in statement.judges)
        return statement.id not in self._setting and statement.reports is None and not qualifies


def _of_parts(whole: SimplexPrior, parts: Mapping[str, Prior]) -> SimplexPrior:
    """As `elicitation.priors` makes a distribution of its shares."""
    named = {key.rsplit(".", 1)[1]: one for key, one in parts.items()}
    known = [
        named[state].distribution if state in named and named[state].basis != "nothing" else None
        for state in whole.states
    ]
    return replace(whole, distribution=combined(known), parts=tuple(parts.values()))
