"""The workbook ``customers.xlsx`` of a finished run: a module a kind of sheet."""
