"""crmlib: what each corporate customer of a bank branch is worth, and what to do about it."""

__version__ = "0.1.0"
