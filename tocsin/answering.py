"""The answer to a scenario as every face gives it: assessed, and reconciled where the scenario asks for it."""

from __future__ import annotations

from tocsin.analysis.case import lay_out
from tocsin.analysis.reconcile import LEAST, reconcile
from tocsin.assessment import Assessment, assess
from tocsin.errors import TocsinError
from tocsin.model import Model
from tocsin.records import Scenario


class Irreconcilable(TocsinError):
    """The judgements and the model agree in too few draws to answer from."""


def answer(model: Model, scenario: Scenario) -> Assessment:
    """Assess, weighing the draws by the judgements that set no number if the scenario says `reconcile: true`.

    Raises ImpossibleEvidence, Contradiction, Irreconcilable.
    """
    if not scenario.reconcile:
        return assess(model, scenario)
    found = reconcile(lay_out(model, scenario))
    if found.assessment is None:
        raise Irreconcilable(
            f"the judgements leave {found.effective:.1%} of the draws, and at least {LEAST:.0%} are needed to answer: "
            "the model and these words cannot be brought together; answer without `reconcile`, or mend one of them"
        )
    return found.assessment
