"""Imported first, and only by the warmed process: it ends with the runner, however that ends."""

from crmlib.system import end_with_parent

end_with_parent()
