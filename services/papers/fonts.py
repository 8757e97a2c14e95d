"""The fonts of the documents, out of packages: nothing depends on what the machine has installed."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst

# Package and family, in the order in which a character is looked for. One face for each script, and of several those
# from whose PDF the text can be copied best: Amiri and Sarabun draw a letter with its dots or marks as one glyph.
FAMILIES = {
    "fontpkg_noto_sans": "Noto Sans",  # Latin, Cyrillic, Greek
    "pylopdf_fonts_he": "Noto Sans Hebrew",
    "fontpkg_amiri": "Amiri",  # Arabic
    "fontpkg_sarabun": "Sarabun",  # Thai
    "fontpkg_noto_sans_devanagari": "Noto Sans Devanagari",
    "noto_cjk_sans_otc": "Noto Sans CJK SC",  # Chinese, Japanese, Korean
}


@cache
def fonts() -> typst.Fonts:
    """The fonts, found once."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=_folders())


def _folders() -> list[Path]:
    found = []
    for package in FAMILIES:
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError(f"the fonts of {package} are not installed", name=package)
        found += [Path(place) for place in spec.submodule_search_locations]
    return found
