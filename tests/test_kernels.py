"""The same bytes on every processor: commands run as processes under each kernel that this machine can imitate."""

import os
import subprocess
import sys
from functools import cache

import pytest

from tests.conftest import IRAQ, ROOT

WITHOUT_AVX512 = {"NPY_DISABLE_CPU_FEATURES": "AVX512_SPR AVX512_ICL X86_V4"}
WITHOUT_AVX2 = {
    "NPY_DISABLE_CPU_FEATURES": "AVX512_SPR AVX512_ICL X86_V4 X86_V3",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F",
}
OWN = "the machine's own"
KERNELS: dict[str, dict[str, str]] = {
    OWN: {}, "Prescott": WITHOUT_AVX2, "Nehalem": WITHOUT_AVX2, "Sandybridge": WITHOUT_AVX2,
    "Haswell": WITHOUT_AVX512, "Zen": WITHOUT_AVX512, "SkylakeX": {}, "Sapphirerapids": {}, "ARMV8": {},
    "NEOVERSEN1": {}, "NEOVERSEV1": {},
}  # fmt: skip
"""OpenBLAS's names of processors, each without the instructions that NumPy and the C library lack there."""
COMMANDS = """
import contextlib, io, pathlib, sys, warnings
warnings.filterwarnings("ignore", message=".*features.*")
from tocsin.cli.main import main
out, model = pathlib.Path(sys.argv[1]), sys.argv[2]
def run(name, *arguments):
    # What a batch prints tells how long it took.
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = main([*arguments, "--model", model], standalone_mode=False)
    assert not status, (arguments, status)
    if arguments[0] != "batch":
        (out / name).write_text(said.getvalue().replace(str(out), ""), encoding="utf-8")
for scenario in ("strike-happens", "tempo-believed", "posture-degraded-forced"):
    run(f"assess-{scenario}.json", "assess", scenario, "--json")
    run(f"assess-{scenario}.txt", "assess", scenario)
for scenario in ("tempo-believed", "no-al-sharifi"):
    run(f"explain-{scenario}.json", "explain", scenario, "--json")
run("explain.txt", "explain", "casus-belli")
run("reconciled.json", "explain", "--json", "--reconcile")
sweeps = pathlib.Path("scenarios/iraq-syria-2024/sweeps")
run("points", "batch", str(sweeps / "posture-restraint-truce.yaml"), "--out", str(out / "points.csv"))
run("parquet", "batch", str(sweeps / "belief-in-casus-belli.yaml"), "--out", str(out / "points.parquet"))
rows = (out / "points.csv").read_text(encoding="utf-8").splitlines()
header = rows[0].split(",")
keep = [k for k, name in enumerate(header) if not name.startswith(("P(", "word(")) and name not in ("p_evidence", "error")]
table = "\\n".join(",".join(row.split(",")[k] for k in keep) for row in rows[:9])
(out / "table.csv").write_text(table + "\\n", encoding="utf-8")
run("intervals", "batch", str(out / "table.csv"), "--intervals", "--out", str(out / "intervals.jsonl"))
forms = "pdf,docx,pptx,html,md"
run("sealed.txt", "seal", "--on", "2024-12-01", "--ledger", str(out / "ledger.jsonl"))
run("said-1", "brief", "strike-happens", "--out", str(out / "brief"), "--format", forms)
run("said-2", "brief", "casus-belli", "baseline", "us-stands-aside", "--compare", "--out", str(out / "compare"),
    "--format", forms)
"""
TRIED = """
import numpy as np
from threadpoolctl import threadpool_info
x = np.random.default_rng(0).random((64, 64))
assert (np.exp(x) @ x).sum() > 0
print(*sorted({library["architecture"] for library in threadpool_info() if library["user_api"] == "blas"}), end=", ")
from numpy._core._multiarray_umath import __cpu_features__ as features
print("NumPy with", " ".join(name for name in ("X86_V3", "X86_V4") if features.get(name)) or "its baseline alone")
"""


def environment(kernel):
    chosen = {} if kernel == OWN else {"OPENBLAS_CORETYPE": kernel, **KERNELS[kernel]}
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", **chosen}


@cache
def loaded(kernel):
    """What OpenBLAS runs if it is told to; None where the processor lacks it, which kills the process."""
    tried = subprocess.run([sys.executable, "-c", TRIED], env=environment(kernel), capture_output=True, text=True)
    return tried.stdout if tried.returncode == 0 else None


def outputs(folder, kernel):
    folder.mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", COMMANDS, str(folder), str(IRAQ)],
        env=environment(kernel), cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Under the kernel that this processor gets when nobody chooses."""
    found = outputs(tmp_path_factory.mktemp("own") / "files", OWN)
    assert len([name for name in found if name.startswith(("brief/", "compare/"))]) == 10
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kernel", [name for name in KERNELS if name != OWN])
def test_every_kernel_gives_the_same_bytes(kernel, own, tmp_path):
    """`pytest -rsP tests/test_kernels.py` lists which kernels were compared, and which this machine does not have."""
    names = list(KERNELS)
    before = [loaded(name) for name in names[: names.index(kernel)]]
    if (runs := loaded(kernel)) is None or runs in before:
        pytest.skip(f"{kernel}: this processor lacks it, or runs {(runs or 'nothing').strip()} in its place")
    sys.stdout.write(f"compared with the machine's own kernel: {kernel} ({runs.strip()})\n")
    found = outputs(tmp_path / "files", kernel)
    assert found.keys() == own.keys()
    assert [file for file in own if found[file] != own[file]] == []
