"""The site: what a branch manager, a relationship manager and an examiner read, offline, from one finished run."""
