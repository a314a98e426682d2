"""What pyproject.toml cannot say: the shipped model, its scenarios and choices go into the wheel as the example.

They lie in git once, in `models/`, `scenarios/` and `choices/`; a build copies them to `tocsin/example/`.
"""

from __future__ import annotations

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

EXAMPLE = "iraq-syria-2024"


class BuildWithExample(build_py):
    """As setuptools builds, and the example with it."""

    def run(self) -> None:
        """Copy the example once the package is built; an editable install reads it where it lies."""
        super().run()
        if self.editable_mode:
            return
        for source, target in self._example().items():
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            self.copy_file(source, target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Every file that is made."""
        return [*super().get_outputs(include_bytecode), *([] if self.editable_mode else self._example().values())]

    def _example(self) -> dict[str, str]:
        """Each file of the example, by where it goes."""
        kinds = ("models", "scenarios", "choices")
        files = [path for kind in kinds for path in sorted(Path(kind, EXAMPLE).rglob("*"))]
        files.append(Path("ledger", f"{EXAMPLE}.jsonl"))
        return {str(path): str(Path(self.build_lib, "tocsin", "example", path)) for path in files if path.is_file()}


setup(cmdclass={"build_py": BuildWithExample})
