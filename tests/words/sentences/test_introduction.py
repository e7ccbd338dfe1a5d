from crmlib.study import Study


def study(source="simulated", absent=(), books=40):
    jd = Study.load("jd")
    book = jd.book.model_copy(update={"source": source, "absent": absent})
    return jd.model_copy(update={"book": book, "other_books": books})


def test_the_finding_says_whose_customers_are_read(told):
    said = told("introduction", "finding", study())
    assert "1,200 customers, simulated over 60 months to 2015-12-31" in said
    assert told("introduction", "finding", study("tables")) == (
        "The case is computed on the tables of “Customer value at ZG Bank JD Branch” as of 2015-12-31."
    )


def test_what_data_can_show_hangs_on_where_they_come_from(told):
    said = told("introduction", "stand_in", study())
    assert "was put there" in said and "40 simulated books of other seeds" in said
    assert "other seeds" not in told("introduction", "stand_in", study(books=0))
    real = told("introduction", "stand_in", study("tables", ("financials",)))
    assert "holds of this book" in real and "does not tell" in real and "put there" not in real
