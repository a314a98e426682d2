"""Files that analysts write, read whole: YAML 1.2, marks, references, and every error of a file at once."""

from tocsin.files.documents import (
    check_words,
    checked_scenario,
    lexicons,
    load_model,
    load_record,
    load_scenario,
    models_under,
    scales,
    scenario_of,
    scenarios_of,
    sweeps_of,
)

__all__ = [
    "check_words",
    "checked_scenario",
    "lexicons",
    "load_model",
    "load_record",
    "load_scenario",
    "models_under",
    "scales",
    "scenario_of",
    "scenarios_of",
    "sweeps_of",
]
