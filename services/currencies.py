"""The one table of currencies: ISO 4217 as its maintenance agency publishes it, kept by the package iso4217. Pure data.

Money is what has a minor unit there, funds codes such as CLF or UYI among it, in which loans are made. What has none is
no money: metals, bond market units, the units of account of institutions (XDR, XSU, XUA), XTS and XXX.
"""

from collections.abc import Mapping

import iso4217

# Decimals of an amount, by code.
DECIMALS: Mapping[str, int] = {
    code: int(decimals)
    for code, entry in iso4217.raw_table.items()
    if code is not None and (decimals := str(entry["CcyMnrUnts"])).isdecimal()
}
