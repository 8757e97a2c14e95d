"""Keeps the pictures of the documents that test_forms.py holds them against, once they were looked at.

usage: python -m tests.unit.papers.pages   writes those that are missing or look otherwise, and names them
"""

from PIL import Image

from tests.factories.documents import document
from tests.unit.papers.test_forms import PAGES, SEEN, TOLERATED, difference, pages_of

if __name__ == "__main__":
    PAGES.mkdir(exist_ok=True)
    for form, language in SEEN:
        file, found = PAGES / f"{form}.{language}.png", pages_of(document(form, language).pdf())
        if not file.exists() or difference(found, Image.open(file)) > TOLERATED:
            found.save(file, optimize=True)
            print(f"look at {file}")
