"""Kinds of faults, by code: what is wrong, and what to do about it. What is allowed is said by each fault itself."""

from typing import NamedTuple


class Kind(NamedTuple):
    """What is wrong with a place, and what to do."""

    wrong: str
    advice: str


_MEND = "correct the file"
_MAP = "in mapping.yaml"
KINDS: dict[str, Kind] = {
    code: Kind(wrong, advice)
    for code, wrong, advice in (
        # Files
        ("file_name", "not the name of a table", "rename the file, or name it under its table in mapping.yaml"),
        ("file_type", "not a kind of file that is read", "save it as CSV (UTF-8) or .xlsx"),
        ("not_a_file", "not an ordinary file of this folder", "put the file itself here"),
        ("misplaced", "a table in a place where it is not read", "move it to tables/, or name it in mapping.yaml"),
        ("not_read", "tables are given, but the study is set to a simulated book", "set book.source: tables"),
        ("no_file", "no such file", "correct file: in mapping.yaml, or book.raw, where its files lie"),
        ("no_tables", "no tables at all", "put the tables into tables/, or write a mapping.yaml"),
        ("missing_table", "table missing", "give it, or name it in book.absent"),
        ("given_twice", "a table given twice", "keep one of the files"),
        ("must_be_absent", "given although book.absent names it", "take it out of book.absent, or out of the tables"),
        ("empty_file", "an empty file", "export it again"),
        ("no_rows", "a header without rows", "export it again, or name the table in book.absent"),
        ("broken_file", "a file that cannot be read", "export it again"),
        ("too_large", "an archive that unpacks to too much", "give the table as CSV or Parquet"),
        ("encoding", "text in no encoding that can be told", f"save it as UTF-8, or set encoding: {_MAP}"),
        ("nul_byte", "NUL bytes in a text", "export it again"),
        ("quotes", "quotation marks that do not close", "double each quotation mark within a quoted value"),
        ("query", "a query that does not run", "correct the query"),
        # Sheets, headers and rows
        ("sheet", "no one sheet to read", f"set sheet: {_MAP}"),
        ("separator", "values apart by another sign than commas", f"save with commas, or set separator: {_MAP}"),
        ("header", "no header where one must stand", f"set header_row: {_MAP}, or delete the lines above it"),
        ("header_again", "a second header among the rows", "give the exports one by one, or delete the line"),
        ("uneven_row", "a row longer or shorter than the header", "correct the line, or give each export by itself"),
        ("footer", "a total or a note below the table, no row of it", f"set skip_footer: {_MAP}, or delete the line"),
        ("no_row", "a line most of whose values cannot be read", f"delete it, or see to header_row: {_MAP}"),
        ("duplicate_column", "a column that stands twice", "rename or delete one of them"),
        ("unnamed_column", "values under no name (a merged header?)", "write a name into every cell of the header"),
        ("unknown_column", "not a column of the table", f"rename it, map it with columns: {_MAP}, or delete it"),
        ("column_type", "a column of no kind that is read", "give it as numbers, text, dates or marks"),
        ("missing_column", "column missing", f"give it, map it with columns: {_MAP}, or name it in book.absent"),
        ("formula", "a formula whose value was never calculated", "save the file in Excel, or paste values"),
        ("money_unit", "a header that names another unit of money", f"set money_unit: {_MAP}"),
        ("no_partner", "a row that another file of the table lacks", "give it in both files, or in neither"),
        # Values
        ("not_a_number", "not a number", _MEND),
        ("number_format", "a number of two meanings", "write it as 1234.5 or 1,234.50"),
        ("infinite", "not a finite number", "leave unknown values blank"),
        ("excel_error", "an error of Excel in place of a value", "mend the formula in Excel, or leave the cell blank"),
        ("date_for_number", "a date in place of a number (Excel made it)", "format the cell as text and type again"),
        ("percent_sign", "a percent sign where no share or rate stands", _MEND),
        ("not_whole", "not a whole number", _MEND),
        ("not_a_mark", "neither yes nor no", f"write true or false, or translate with values: {_MAP}"),
        ("not_a_date", "not a date", "write it as 2015-03-31"),
        ("not_a_month", "not a month", "write it as 2015-03"),
        ("ambiguous_date", "a date of two meanings", "write it as 2015-03-31"),
        ("missing_value", "a value missing", f"fill it in; if a blank means 0, say so with values: {_MAP}"),
        ("example", "the example row of a new study", "put your own rows in its place"),
        ("invisible", "a character that nobody sees", "delete it"),
        ("lost_characters", "characters lost in an earlier conversion", "export it again from the source"),
        ("precision", "digits lost: Excel keeps 15 of a number", "export IDs as text"),
        ("lost_zeros", "an ID whose leading zeros are lost", f"export IDs as text, or set id_width: {_MAP}"),
        # Rules
        ("category", "not one of the allowed values", f"translate it with values: {_MAP}, or {_MEND}"),
        ("range", "out of range", f"see to its unit (percent:, money_unit: {_MAP}), or {_MEND}"),
        ("negative", "negative where nothing negative can be", _MEND),
        ("overdraft", "a negative deposit", "correct it, or set book.overdrafts: loan"),
        ("pattern", "not written as it must be", _MEND),
        ("duplicate", "duplicate: several rows for one key", "keep one of them"),
        ("unknown", "unknown: it stands in no row of the other table", "add it there, or correct it here"),
        ("other_rating", "not the last rating of the history", "correct it here, or in ratings"),
        ("order", "dates in the wrong order", _MEND),
        ("before_opening", "activity before the customer opened", "correct opened, or the month"),
        ("after_closing", "activity after the customer closed", "correct closed, or the month"),
        ("gap", "months missing in a customer's life", "give them, or set book.gaps: carry or zero"),
        ("no_month", "a month without any row", "give the month, or another as_of"),
        ("future", "after the as-of date, and nothing leads up to it", "correct it, or set as_of later"),
        ("judgement", "not a judgement that can be used", "ask the expert again"),
        # Settings
        ("unknown_formula", "no indicator that is built in", "correct formula: in tree.yaml"),
        ("settings", "a setting that is not as it must be", "correct the setting"),
    )
}  # fmt: skip
