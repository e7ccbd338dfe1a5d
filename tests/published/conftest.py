"""Published results as data: ``published("entropy-xu-2004")`` gives inputs, expected figures and their decimals."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "data" / "published"
FRACTION = re.compile(r"^(\d+)/(\d+(?:\.\d+)?)$")


@dataclass(frozen=True)
class Published:
    """One published result."""

    source: str
    convention: str
    decimals: int
    inputs: dict[str, Any]
    expected: Any

    @property
    def table(self) -> pd.DataFrame:
        return pd.DataFrame(self.inputs["table"])

    def matrix(self, upper: list, labels: str = "labels") -> pd.DataFrame:
        """A reciprocal matrix from the rows right of its diagonal."""
        names = self.inputs[labels]
        matrix = np.eye(len(names))
        for i, row in enumerate(upper):
            for j, value in enumerate(row, start=i + 1):
                matrix[i, j], matrix[j, i] = value, 1 / value
        return pd.DataFrame(matrix, names, names)


def numbers(value: Any) -> Any:
    """Fractions such as 1/3 as floats, at any depth."""
    if isinstance(value, dict):
        return {key: numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [numbers(item) for item in value]
    found = FRACTION.match(value) if isinstance(value, str) else None
    return float(found[1]) / float(found[2]) if found else value


@pytest.fixture
def published():
    def load(name: str) -> Published:
        return Published(**numbers(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))))

    return load
