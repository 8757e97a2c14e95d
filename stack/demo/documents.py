"""The documents that applicants hand in, made on the spot: real PDF files."""

from dataclasses import asdict
from pathlib import Path

from services.papers import lender_of, typeset


def sample_pdf(folder: Path, name: str, *lines: str) -> Path:
    """Writes a one-page PDF with these lines; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.pdf"
    title, sender = name.replace("_", " ").title(), lines[0] if lines else name
    # Who hands it in is not the lender.
    head = {**asdict(lender_of()), "name": sender, "legal_name": sender, "address": [], "contact": []}
    data = {"title": title, "date": "2030-01-01", "lender": head, "lines": lines}
    file.write_bytes(typeset("note-v1", data))
    return file
