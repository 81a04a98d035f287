"""What builds, checks and publishes the collection; no notebook imports it.

The command line, the runner of notebooks, guards, web pages, generated tables, and the proofs
against the documents.
"""
