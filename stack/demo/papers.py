"""The papers that applicants hand in, made on the spot: real PDF files."""

from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas


def paper(folder: Path, name: str, *lines: str) -> Path:
    """Writes a one-page PDF with these lines; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.pdf"
    canvas = Canvas(str(file), pagesize=A4)
    canvas.setFont("Helvetica-Bold", 18)
    canvas.drawString(60, 770, name.replace("_", " ").title())
    canvas.setFont("Helvetica", 11)
    for number, line in enumerate(lines):
        canvas.drawString(60, 730 - 18 * number, line)
    canvas.save()
    return file
