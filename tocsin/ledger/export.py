"""A ledger for other programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from io import StringIO

from tocsin.ledger.chain import Ledger

COLUMNS = (
    "question", "scenario", "made_on", "p", "low", "high", "word", "lexicon", "base_rate", "outcome", "resolved_on",
    "source", "text", "opens", "closes", "model_digest", "scenario_digest",
)  # fmt: skip


def as_csv(ledger: Ledger) -> str:
    """Every forecast in the order of the ledger, with its question and what came of it."""
    out = StringIO()
    table = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    for forecasts in ledger.series.values():
        for forecast in forecasts:
            resolution = ledger.resolutions.get(forecast.question)
            about = ledger.questions[forecast.question].model_dump(mode="json", include={"text", "opens", "closes"})
            came = {} if resolution is None else {"outcome": resolution.outcome, "resolved_on": resolution.on}
            source = "" if resolution is None else resolution.source
            row = forecast.model_dump(mode="json") | about | came
            table.writerow({**row, "base_rate": forecast.benchmarks.base_rate, "source": source})
    return out.getvalue()


def as_list(ledger: Ledger, numbers: Mapping[str, int] | None = None) -> str:
    """The last forecast of each open question: `[{"question": …, "probability_yes": …}]`.

    numbers: which question has which number elsewhere; only these are listed then. Raises BadInput for one that is not
    asked here.
    """
    names = {name: ledger.question(name).id for name in numbers or ledger.main}
    content = [
        {"question": (numbers or names)[name], "probability_yes": ledger.main[name][-1].p}
        for name in names
        if name in ledger.main and name not in ledger.resolutions
    ]
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
