"""Sweeps: what they describe, what is refused, and the ones that are shipped."""

import re

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner

from tests.batch.conftest import SWEEPS
from tests.conftest import IRAQ, ROOT
from tocsin.assessment import assess
from tocsin.batch import BatchOptions, open_sweep, run, targets
from tocsin.batch.encoding import read_cell
from tocsin.batch.running import before
from tocsin.cli.main import main
from tocsin.elicitation import Prior
from tocsin.errors import BadInput, ImpossibleEvidence
from tocsin.files.places import scenario_files
from tocsin.records import Scenario

HEAD = "sweep: s\ntitle: S\nmodel: iraq-syria-2024\n"


def sweep(model, folder, text):
    (folder / "s.yaml").write_text(HEAD + text, "utf-8")
    return open_sweep(folder / "s.yaml", model)


def rows(source, size=1000):
    return pa.concat_tables([part.table for part in source.parts(size)]).to_pylist()


def test_a_grid_is_every_combination_and_the_last_column_varies_fastest(iraq, tmp_path):
    source = sweep(iraq, tmp_path, "grid: {do.posture: [reinforced, degraded], assad: [holds, null, '~holds:B2']}\n")
    assert source.rows == 6
    assert rows(source) == [
        {"id": 1 + 3 * i + j, "do.posture": posture, "assad": assad}
        for i, posture in enumerate(["reinforced", "degraded"])
        for j, assad in enumerate(["holds", None, "~holds:B2"])
    ]


def test_everything_combined_and_any_part_alone(iraq, tmp_path):
    text = """
grid: {restraint: [effective, fails]}
zip: {lebanon_truce: [holds, collapses], "assad=holds": [1, 0.5]}
range: [{variable: framing, state: none, rows: 3}, {variable: coalition, state: full, from: 50%, to: 90%, rows: 5}]
sample: {points: 4, beliefs: {us_position: {opposes: [10%, 20%]}}, grades: {isis: {reported: [elevated, surge], grades: [A1, E5]}}}
"""
    source = sweep(iraq, tmp_path, text)
    assert source.rows == 2 * 2 * 3 * 5 * 4
    whole = rows(source)
    assert rows(source, 7) == whole
    assert [row["id"] for row in whole] == list(range(1, 241))
    assert {(row["lebanon_truce"], row["assad=holds"]) for row in whole} == {("holds", 1.0), ("collapses", 0.5)}
    assert {row["isis"] for row in whole} == {"~elevated|surge:A1", "~elevated|surge:E5"}
    combined = {tuple(row[name] for name in row if name != "id") for row in whole}
    assert len(combined) == 240


def test_a_belief_leaves_the_others_their_proportions(iraq, tmp_path):
    base = "evidence: {attack_tempo: {observed: high}}\n"
    source = sweep(iraq, tmp_path, base + "range: {variable: framing, state: casus_belli, rows: 5}\n")
    before = assess(
        iraq, Scenario(scenario="b", title="B", model=iraq.name, evidence={"attack_tempo": {"observed": "high"}})
    )
    none, attribution, _ = (estimate.p for estimate in before.variables["framing"].values())
    for row, chance in zip(rows(source), np.linspace(0, 1, 5), strict=True):
        belief = read_cell(row["framing"], "framing", iraq).belief
        assert belief is not None
        assert belief[2] == pytest.approx(chance, abs=1e-15)
        assert belief[0] * attribution == pytest.approx(belief[1] * none, abs=1e-9)
        assert belief.sum() == pytest.approx(1, abs=1e-12)


def test_samples_follow_their_ranges_and_priors(iraq, tmp_path):
    key = "israeli_strike.leak.at_least.limited"
    text = f"""
sample:
  points: 1024
  beliefs: {{us_position: {{opposes: [10%, 30%]}}}}
  grades: {{framing: {{reported: casus_belli}}}}
  parameters: [{key}]
"""
    found = rows(sweep(iraq, tmp_path, text))
    beliefs = np.array([read_cell(row["us_position"], "us_position", iraq).belief[0] for row in found])
    # A Sobol dimension is stratified: its mean is the middle to a fraction of a point's share.
    assert beliefs.mean() == pytest.approx(0.2, abs=1e-4)
    assert (beliefs.min(), beliefs.max()) == pytest.approx((0.1, 0.3), abs=1e-3)
    grades = [row["framing"] for row in found]
    assert len(set(grades)) == 36
    assert max(map(grades.count, set(grades))) <= 30
    prior = iraq.priors.by_key[key]
    assert isinstance(prior, Prior)
    levels = prior.distribution.cdf(np.array([row[f"parameter.{key}"] for row in found]))
    assert np.sort(levels) == pytest.approx((np.arange(1024) + 0.5) / 1024, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "nothing varies"),
        ("grid: {assad: []}", "s.yaml:4:15: grid.assad"),
        (
            "grid: {assad: [holds, hold]}",
            "s.yaml:4:23: grid.assad[1]: assad has no state 'hold'; did you mean 'holds'?",
        ),
        ("grid: {asad: [holds]}", "no variable 'asad'; did you mean 'assad'?"),
        ("grid: {do.assad: [holds]}\nforced: {assad: holds}", "the scenario s sets assad already"),
        ("grid: {assad: [holds]}\nzip: {assad: [holds]}", "assad varies in two ways"),
        ("zip: {assad: [holds], isis: [base, surge]}", "have [1, 2] cells"),
        ("range: {variable: assad, state: hold, rows: 2}", "no state 'hold'"),
        ("range: {variable: assad, state: holds, rows: 1}", "1 is not allowed; it must be at least 2"),
        ("sample: {points: 8}", "nothing is sampled"),
        (
            f"sample: {{points: 1048576, parameters: [{', '.join(f'x.y{n}' for n in range(17))}]}}",
            "s.yaml:4:18: sample.points: times 17 columns are more than 16,777,216 numbers",
        ),
        ("sample: {points: 8, parameters: [x.y]}", "no number of the model 'x.y'"),
        ("sample: {points: 8, beliefs: {assad: {holds: [20%, 10%]}}}", "must be below"),
        ("sample: {points: 8, grades: {assad: {reported: hold}}}", "no state 'hold'"),
        ("scenario: nowhere\ngrid: {assad: [holds]}", "no scenario 'nowhere' beside this file"),
        ("scenario: x\nevidence: {assad: {observed: holds}}\ngrid: {isis: [base]}", "give either `scenario` or"),
        ("grid: {'parameter.assad.rows.1.shares.loses_damascus': [1.5]}", "a chance lies between 0 and 1"),
        ("grid: {'assad=holds': [-1]}", "a likelihood is at least 0"),
        ("grid: {assad: [[holds]]}", "s.yaml:4:16: grid.assad[0]: a list is no cell; write a state, a number"),
        ("grid: {assad: [true]}", "s.yaml:4:16: grid.assad[0]: true is no cell"),
        ("grids: {assad: [holds]}", "unknown key; did you mean 'grid'?"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(iraq, tmp_path, text, told):
    with pytest.raises(BadInput, match=re.escape(told)):
        sweep(iraq, tmp_path, text + "\n")


def test_a_range_on_impossible_ground(iraq, tmp_path):
    text = "evidence: {israeli_strike: {observed: none}, civilian_deaths: {observed: yes}}\n"
    source = sweep(iraq, tmp_path, text + "range: {variable: framing, state: none, rows: 2}\n")
    with pytest.raises(ImpossibleEvidence, match="scenario s of this sweep"):
        rows(source)


SHIPPED = {"posture-restraint-truce": 18, "belief-in-casus-belli": 101, "sampled-futures": 100_000}


def test_shipped_sweeps_are_sweeps_and_no_scenarios(iraq):
    assert {path.stem: open_sweep(path, iraq).rows for path in SWEEPS.glob("*.yaml")} == SHIPPED
    assert not any("sweep" in path.parts for path in scenario_files(ROOT / "models" / iraq.name).values())


def test_the_grid_agrees_with_assess(iraq, tmp_path):
    path = SWEEPS / "posture-restraint-truce.yaml"
    source, out = open_sweep(path, iraq), tmp_path / "out.parquet"
    summary = run(iraq, source.base, BatchOptions(path, source, out, targets(["states"], iraq)))
    assert (summary.rows, summary.errors) == (18, 0)
    import pyarrow.parquet as pq

    for row in pq.read_table(out).to_pylist()[::5]:
        evidence = {name: {"observed": row[name]} for name in ("restraint", "lebanon_truce")}
        asked = Scenario(
            scenario="x", title="X", model=iraq.name, evidence=evidence, forced={"posture": row["do.posture"]}
        )
        wanted = assess(iraq, asked)
        assert row["P(infiltration=yes)"] == pytest.approx(wanted.outcomes["infiltration"].p, abs=1e-12)
        assert row["P(israeli_strike=none)"] == pytest.approx(wanted.variables["israeli_strike"]["none"].p, abs=1e-12)


def test_belief_in_casus_belli_moves_the_strike_in_a_straight_line(iraq, tmp_path):
    """Jeffrey's rule is linear in the belief."""
    path = SWEEPS / "belief-in-casus-belli.yaml"
    result = CliRunner().invoke(
        main,
        ["batch", str(path), "--out", str(tmp_path / "out.csv"), "--model", str(IRAQ), "--targets", "states"],
    )
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0].replace("\n", "").endswith("101 rows, 16 answers each")
    import pyarrow.csv as pc

    found = pc.read_csv(tmp_path / "out.csv")
    p = found["P(israeli_strike=none)"].to_numpy()
    np.testing.assert_allclose(np.diff(p), p[1] - p[0], atol=1e-9)
    assert p[0] - p[100] > 0.1


def test_a_few_of_the_sampled_futures(iraq):
    path = SWEEPS / "sampled-futures.yaml"
    source = open_sweep(path, iraq)
    part = next(iter(source.parts(500)))
    from tocsin.session import Session

    answers = Session(IRAQ, iraq).batch(part.table, targets="states")
    assert answers["error"].null_count == 500
    strike = 1 - answers["P(israeli_strike=none)"].to_numpy()
    assert 0.02 < strike.min() < np.quantile(strike, 0.9) < 0.5
    assert strike.std() > 0.02


def test_what_is_about_to_run_is_counted_in_the_singular_too(tiny, tmp_path):
    (tmp_path / "s.yaml").write_text("sweep: s\ntitle: S\nmodel: small\ngrid: {storm: [yes]}\n", "utf-8")
    source = open_sweep(tmp_path / "s.yaml", tiny)
    assert before(BatchOptions(tmp_path / "s.yaml", source, tmp_path / "o.csv", targets(["late"], tiny))).endswith(
        "1 row, 2 answers each"
    )
    assert before(BatchOptions(tmp_path / "s.yaml", source, tmp_path / "o.csv", targets(["late=yes"], tiny))).endswith(
        "1 row, 1 answer each"
    )
