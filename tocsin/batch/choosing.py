"""Targets of a choice: per row the expected loss of each option, and which option has the least.

Amounts stand at their means, the model's numbers at their points, as everywhere in a batch without intervals.
Shape letters: B rows, O options.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tocsin.batch.columns import Layout, Target
from tocsin.batch.encoding import EncodedRows, Ground
from tocsin.batch.evaluation import points
from tocsin.canonical import canonical
from tocsin.choices.comparison import costs_of, stakes_by_condition
from tocsin.choices.problem import drawn_amounts, remaining, with_course
from tocsin.choices.risk import tolerance
from tocsin.errors import BadInput, Problem, nearest
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Choice

BEST = "best"
BETWEEN = "|"
"""Between options that tie."""


@dataclass(frozen=True)
class ChosenTargets:
    """What is asked of a choice: the expected losses of some options, and whether the best of all is named."""

    choice: Choice
    options: tuple[str, ...]
    best: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the answers."""
        return (*(f"loss({option})" for option in self.options), *((BEST,) if self.best else ()))

    def losses(self, ground: Ground, rows: EncodedRows) -> Array:
        """The expected loss of every option, `[O, B]`, canonical; NaN where a row has no answer. Raises TooLarge."""
        amounts = drawn_amounts(ground.model, self.choice)
        stakes = {
            condition: float(drawn.mean())
            for condition, drawn in stakes_by_condition(self.choice.stakes, amounts, "stakes").items()
        }
        costs = costs_of(self.choice, amounts).mean(axis=1)
        found = np.empty((len(costs), rows.count))
        for place, option in enumerate(self.choice.options.values()):
            course = tuple(sorted(option.forced.items()))
            left = remaining(stakes, option.forced)
            found[place] = costs[place] + left.pop((), 0.0)
            if not left:
                continue
            model, names = with_course(ground.model, course, tuple(left))
            targets = [
                Target(names[condition], ("yes",)) if condition in names else Target(*condition[0])
                for condition in left
            ]
            p = points(replace(ground, model=model), rows, targets).p
            found[place] += np.array([*left.values()]) @ p
        return canonical(found)

    def best_options(self, losses: Array) -> list[str | None]:
        """The best option of each row, `[B]`; several where they tie."""
        options, least = [*self.choice.options], losses.min(axis=0)
        return [
            None if np.isnan(low) else BETWEEN.join(o for o, loss in zip(options, column, strict=True) if loss == low)
            for low, column in zip(least, losses.T, strict=True)
        ]


def chosen_targets(asked: Iterable[str] | None, choice: Choice | None) -> tuple[list[str] | None, ChosenTargets | None]:
    """What is left for `targets`, and what is asked of the choice: everything where no target names it.

    Raises BadInput where a target is of a choice and none is named, or of an option that there is not.
    """
    own = [text.strip() for text in asked or () if text.strip() == BEST or text.strip().startswith("loss(")]
    rest = None if asked is None else [text for text in asked if text.strip() not in own]
    if choice is None:
        if own:
            raise BadInput([_problem(f"{own[0]} is of a choice; name one with --choose")])
        return rest, None
    if choice.other_side is not None or not np.isinf(tolerance(choice)):
        raise BadInput([_problem(f"{choice.choice} has another side or shuns risk; `tocsin choose` answers it")])
    options = [text.removeprefix("loss(").removesuffix(")") for text in own if text != BEST]
    if unknown := [option for option in options if option not in choice.options]:
        raise BadInput([_problem(f"no option {unknown[0]!r}{nearest(unknown[0], choice.options)}")])
    if not own:
        return rest, ChosenTargets(choice, tuple(choice.options), best=True)
    return rest, ChosenTargets(choice, tuple(dict.fromkeys(options)), BEST in own)


def require_askable(chosen: ChosenTargets | None, columns: Layout, model: Model, file: str) -> None:
    """Raises BadInput where a column forces what an option forces, or sets a number of the model."""
    if chosen is None:
        return
    forcing: Mapping[str, str] = {
        name: option for option, course in chosen.choice.options.items() for name in course.forced
    }
    forced: Sequence[str] = [column.variable for column in columns.of("forced")]
    problems = [
        Problem(file, 0, 0, f"column {column.name!r}", f"the option {forcing[column.variable]} forces it")
        for column in columns.of("forced")
        if column.variable in forcing
    ]
    if model.links.later(tuple(forced)):
        problems.append(Problem(file, 0, 0, "", "forces a variable that shares numbers; ask without --choose"))
    if numbers := columns.of("parameter"):
        message = "sets a number of the model, which no choice in a batch allows; leave it or --choose out"
        problems.append(Problem(file, 0, 0, f"column {numbers[0].name!r}", message))
    if problems:
        raise BadInput(problems)


def _problem(message: str) -> Problem:
    return Problem("--targets", 0, 0, "", message)
