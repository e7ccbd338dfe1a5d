"""What a kernel has loaded when it is forked, so that a chapter starts at once.

The server that forks kernels imports this module once. Loaded are the slow imports of the chapters; left out is what
must not be shared by forks: a started ZeroMQ context, the inline backend (figures would turn into text), polars and
DuckDB with their threads.
"""

import importlib
import os

# Read when matplotlib is first imported, which for a forked kernel is here.
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"

MODULES = (
    "numpy", "pandas", "pyarrow.parquet", "scipy.optimize", "scipy.stats", "matplotlib.figure", "IPython", "zmq",
    "ipykernel.kernelapp", "ipykernel.ipkernel", "yaml", "pydantic", "pandera.pandas", "crmlib.cli",
    "crmlib.run.chapter", "crmlib.run.kernels", "crmlib.book.schema", "crmlib.report.tables",
)  # fmt: skip


def load() -> list[str]:
    """Import what chapters need; what cannot be imported is left to the chapter, and returned."""
    left = []
    for name in MODULES:
        try:
            importlib.import_module(name)
        except ImportError:
            left.append(name)
    return left


load()
