from pathlib import Path

import numpy as np
import pytest

from tocsin.errors import BadInput
from tocsin.network.formats import read_file


@pytest.fixture
def read(tmp_path):
    def of(suffix, content):
        path = tmp_path / f"file{suffix}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_file(path)

    return of


@pytest.fixture
def refusal(read):
    """The one problem of a file that is refused, as `line: message`."""

    def of(suffix, content):
        with pytest.raises(BadInput) as caught:
            read(suffix, content)
        (problem,) = caught.value.problems
        assert Path(problem.file).name == f"file{suffix}"
        for word in ("numpy", "reshape", "broadcast", "shape (", "array", "Traceback", "NoneType"):
            assert word not in problem.message
        return f"{problem.line}: {problem.message}"

    return of


def same(network, other, digits=1e-15):
    """Equal in every name, order and number."""
    assert other.variables == network.variables
    assert other.states == network.states
    assert other.parents == network.parents
    for name in network.variables:
        np.testing.assert_allclose(other.tables[name], network.tables[name], rtol=0, atol=digits)
