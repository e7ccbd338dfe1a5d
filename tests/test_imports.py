"""No imports go in a circle; which room may import which is in pyproject.toml, for import-linter."""

from graphlib import TopologicalSorter

import grimp


def test_no_imports_go_in_a_circle():
    """Imports inside functions count too. The error names the modules of a circle."""
    house = grimp.build_graph("crmlib", cache_dir=None)
    order = TopologicalSorter({name: house.find_modules_directly_imported_by(name) for name in house.modules})
    assert set(order.static_order()) == house.modules
