import numpy as np
import pytest

from tests.inference.conftest import published
from tocsin.analysis.conflict import conflict, conflict_of
from tocsin.inference import Engine

TEXT = "evidence: {framing: {observed: casus_belli}, assad: {reported: holds, grade: B2}}"


def test_the_published_value_for_asia():
    # Lauritzen & Spiegelhalter 1988, the net; the measure of Jensen et al. 1991 for X-ray = yes, dyspnoea = no.
    network, _ = published("asia")
    row = {name: np.eye(2)[network.index(name, state)] for name, state in (("xray", "yes"), ("dysp", "no"))}
    found = conflict_of(Engine(network), {"x-ray": ("xray", row["xray"]), "dyspnoea": ("dysp", row["dysp"])})
    assert found.nats == pytest.approx(0.45113, abs=5e-6)
    assert found.pairs == (("x-ray", "dyspnoea", pytest.approx(found.nats)),)


def test_findings_and_facts_by_plain_queries(iraq, case):
    made = case(iraq, TEXT)
    found = conflict(made)
    assert "framing" in found.findings
    assert "facts on posture" in found.findings
    facts, hot = iraq.priors.likelihoods, np.eye(3)[2]

    def log(rows):
        return float(iraq.engine.posteriors({name: row[np.newaxis] for name, row in rows.items()}).log_evidence[0])

    tempo = facts["attack_tempo"]
    wanted = log({"attack_tempo": tempo}) + log({"framing": hot}) - log({"attack_tempo": tempo, "framing": hot})
    pair = next(nats for a, b, nats in found.pairs if {a, b} == {"facts on attack_tempo", "framing"})
    assert pair == pytest.approx(wanted, abs=1e-10)
    assert [nats for _, _, nats in found.pairs] == sorted((nats for _, _, nats in found.pairs), reverse=True)
    alone = [log({name: row}) for name, row in facts.items()]
    together = log(made.evidence.likelihoods | {name: row[0] for name, row in made.evidence.likelihoods.items()})
    grade = made.findings[1].row
    assert found.nats == pytest.approx(sum(alone) + log({"framing": hot}) + log({"assad": grade}) - together, abs=1e-9)


def test_scaling_a_finding_changes_nothing(iraq):
    rows = {"a": ("framing", np.array([1.0, 2.0, 8.0])), "b": ("assad", np.array([1.0, 0.1]))}
    thrice = {name: (variable, 3 * row) for name, (variable, row) in rows.items()}
    assert conflict_of(iraq.engine, rows).nats == pytest.approx(conflict_of(iraq.engine, thrice).nats, abs=1e-12)


def test_one_finding_has_nothing_to_disagree_with(iraq):
    assert conflict_of(iraq.engine, {"a": ("assad", np.array([1.0, 0.1]))}).pairs == ()
