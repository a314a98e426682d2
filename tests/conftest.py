"""Fixtures for all tests: a small model in files of its own, and the shipped one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "data" / "small"
IRAQ = ROOT / "models" / "iraq-syria-2024"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the small model that a test may spoil."""
    return shutil.copytree(SMALL, tmp_path / "models" / "small")
