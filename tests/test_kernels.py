"""The same bytes on every processor: commands run as processes under each kernel that this machine can imitate."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import IRAQ, ROOT

WITHOUT_AVX512 = {"NPY_DISABLE_CPU_FEATURES": "AVX512_SPR AVX512_ICL X86_V4"}
WITHOUT_AVX2 = {
    "NPY_DISABLE_CPU_FEATURES": "AVX512_SPR AVX512_ICL X86_V4 X86_V3",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F",
}
KERNELS = {
    "Prescott": WITHOUT_AVX2,
    "Nehalem": WITHOUT_AVX2,
    "Sandybridge": WITHOUT_AVX2,
    "Haswell": WITHOUT_AVX512,
    "Zen": WITHOUT_AVX512,
    "SkylakeX": {},
    "Sapphirerapids": {},
    "ARMV8": {},
    "NEOVERSEN1": {},
    "NEOVERSEV1": {},
}
"""OpenBLAS's names of processors, each without the instructions that NumPy and the C library lack there."""
COMMANDS = """
import contextlib, io, pathlib, sys, warnings
warnings.filterwarnings("ignore", message=".*features.*")
from tocsin.cli import main
out, model = pathlib.Path(sys.argv[1]), sys.argv[2]
def run(name, *arguments):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = main([*arguments, "--model", model], standalone_mode=False)
    assert not status, (arguments, status)
    (out / name).write_text(said.getvalue().replace(str(out), ""), encoding="utf-8")
for scenario in ("baseline", "casus-belli", "strike-happens", "tempo-believed", "posture-degraded-forced"):
    run(f"assess-{scenario}.json", "assess", scenario, "--json")
    run(f"assess-{scenario}.txt", "assess", scenario)
for scenario in ("casus-belli", "strike-happens", "tempo-believed", "no-al-sharifi"):
    run(f"explain-{scenario}.json", "explain", scenario, "--json")
run("explain.txt", "explain", "casus-belli")
run("reconciled.json", "explain", "--json", "--reconcile")
sweeps = pathlib.Path("scenarios/iraq-syria-2024/sweeps")
run("points", "batch", str(sweeps / "posture-restraint-truce.yaml"), "--out", str(out / "points.csv"))
run("parquet", "batch", str(sweeps / "belief-in-casus-belli.yaml"), "--out", str(out / "points.parquet"))
rows = (out / "points.csv").read_text(encoding="utf-8").splitlines()
header = rows[0].split(",")
keep = [k for k, name in enumerate(header) if not name.startswith("P(") and name not in ("p_evidence", "error")]
table = "\\n".join(",".join(row.split(",")[k] for k in keep) for row in rows[:9])
(out / "table.csv").write_text(table + "\\n", encoding="utf-8")
run("intervals", "batch", str(out / "table.csv"), "--intervals", "--out", str(out / "intervals.jsonl"))
forms = "pdf,docx,pptx,html,md"
run("said-1", "brief", "strike-happens", "--out", str(out / "brief"), "--format", forms)
run("said-2", "brief", "casus-belli", "baseline", "us-stands-aside", "--compare", "--out", str(out / "compare"),
    "--format", forms)
"""
TRIED = """
import numpy as np
from threadpoolctl import threadpool_info
x = np.random.default_rng(0).random((64, 64))
assert (np.exp(x) @ x).sum() > 0
print(*sorted(library["architecture"] for library in threadpool_info() if library["user_api"] == "blas"))
"""


def environment(kernel: str) -> dict[str, str]:
    chosen = {"OPENBLAS_CORETYPE": kernel, **KERNELS[kernel]}
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", **chosen}


def available() -> Iterator[str]:
    """The kernels that run here: one that the processor lacks kills its process or is another one that runs too."""
    known = set()
    for kernel in KERNELS:
        tried = subprocess.run([sys.executable, "-c", TRIED], env=environment(kernel), capture_output=True, text=True)
        if tried.returncode == 0 and tried.stdout not in known:
            known.add(tried.stdout)
            yield kernel


def outputs(folder: Path, kernel: str) -> dict[str, bytes]:
    folder.mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", COMMANDS, str(folder), str(IRAQ)],
        env=environment(kernel), cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.slow
def test_every_kernel_gives_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = list(available())
    with capsys.disabled():
        sys.stdout.write(f"\nkernels compared: {', '.join(names)}\n")
    assert len(names) > 1, "no machine that runs the tests has a single kernel"
    first = outputs(tmp_path / "0", names[0])
    assert len([name for name in first if name.startswith(("brief/", "compare/"))]) == 10
    different: dict[str, list[str]] = {}
    for place, name in enumerate(names[1:], start=1):
        found = outputs(tmp_path / str(place), name)
        assert found.keys() == first.keys()
        for file in first:
            if found[file] != first[file]:
                different.setdefault(file, []).append(name)
    assert not different, f"other bytes than under {names[0]}"
