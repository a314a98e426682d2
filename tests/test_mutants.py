from pathlib import Path

from benchmarks.mutants import mutants

SOURCE = '''
"""A text that no mutant changes."""
from __future__ import annotations

def settle(p: float | None = 0.5, *, strictly: bool = False) -> str | None:
    """Another."""
    if p is None or not strictly and p <= 1 - 0.5:
        return "ä"
    return f"{p + 1}"
'''


def test_every_part_of_an_expression_is_changed_once_and_nothing_else():
    found = list(mutants(Path("settle.py"), SOURCE.encode()))
    pairs = {(mutant.before, mutant.after) for mutant in found}
    assert pairs >= {
        ("0.5", "0.75"),
        ("False", "True"),
        ("p is None", "p is not None"),
        ("p <= 1 - 0.5", "p < 1 - 0.5"),
        ("p <= 1 - 0.5", "p > 1 - 0.5"),
        ("1 - 0.5", "1 + 0.5"),
        ("1", "2"),
        ("not strictly", "strictly"),
        ("not strictly and p <= 1 - 0.5", "not strictly or p <= 1 - 0.5"),
        ('"ä"', "'ä~'"),
        ('"ä"', "None"),
        ('f"{p + 1}"', "None"),
    }
    assert len(pairs) == 13  # 0.5 is changed in two places
    assert len(found) == 14
    for mutant in found:
        text = mutant.source.decode()
        assert '"""A text that no mutant changes."""' in text
        assert "p: float | None" in text
