"""A ledger for other programs."""

from __future__ import annotations

import csv
import json
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


def as_list(ledger: Ledger) -> str:
    """The last forecast of each open question: `[{"question": …, "probability_yes": …}]`."""
    open_ones = [several[-1] for name, several in ledger.main.items() if name not in ledger.resolutions]
    content = [{"question": forecast.question, "probability_yes": forecast.p} for forecast in open_ones]
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
