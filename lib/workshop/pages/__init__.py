"""The web pages: built offline from stored outputs, and checked for what a reader would miss."""

from workshop.pages.building import build_pages
from workshop.pages.checks import page_problems
from workshop.pages.dictionary import data_dictionary
from workshop.pages.verdict_table import verdict_html

__all__ = ["build_pages", "data_dictionary", "page_problems", "verdict_html"]
