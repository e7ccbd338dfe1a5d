import subprocess
import sys

LOAD = "from crmlib.run import warm; import sys; print(warm.load(), *sorted(sys.modules))"
NEVER = {"matplotlib_inline.backend_inline", "polars", "duckdb"}


def test_what_is_loaded_before_a_fork_can_be_shared_by_forks():
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    left, *loaded = done.stdout.split()
    assert left == "[]"
    assert {"pandas", "matplotlib.figure", "crmlib.run.chapter"} <= set(loaded)
    assert not NEVER & set(loaded)
