"""The page that is uploaded where a user names no file of their own: one line, about nobody."""

_TEXT = "BT /F1 18 Tf 72 760 Td (Made up for a load test.) Tj ET"
_OBJECTS = (
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    f"<< /Length {len(_TEXT)} >>\nstream\n{_TEXT}\nendstream",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
)


def sample() -> str:
    """A PDF file of ASCII alone, with its table of offsets (ISO 32000-1, 7.5)."""
    made, offsets = "%PDF-1.4\n", []
    for number, each in enumerate(_OBJECTS, 1):
        offsets.append(len(made))
        made += f"{number} 0 obj\n{each}\nendobj\n"
    rows = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(_OBJECTS) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{rows}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return f"{made}{table}startxref\n{len(made)}\n%%EOF\n"
