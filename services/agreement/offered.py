"""Which provider of signatures the agreements of a facility type can be signed at: a setting, none by default.

The one-time code and the copy signed by hand are offered for every type, whatever the setting.
"""

from collections.abc import Collection, Iterable, Mapping

from services.agreement.events import SigningMethod
from services.lending.facility import facilities

PROVIDERS = (SigningMethod.DOCUSIGN, SigningMethod.ADOBE_SIGN)
_CODE = SigningMethod.ONE_TIME_CODE
_SETTING = "signing_providers"


def offered(said: Iterable[str], connected: Collection[SigningMethod]) -> Mapping[str, SigningMethod]:
    """The provider of each facility type that has one, of texts such as `PERSONAL=DOCUSIGN`.

    ONE_TIME_CODE says in words that a type has none. ValueError names a facility type, or a provider, that there is
    not, and one that is not connected.
    """
    found: dict[str, SigningMethod] = {}
    for each in said:
        facility, equals, name = each.partition("=")
        if not equals or facility not in facilities():
            raise ValueError(f"{_SETTING}: {each}: {facility} is no facility type; there are {', '.join(facilities())}")
        if facility in found:
            raise ValueError(f"{_SETTING}: {facility} is named twice")
        known = {method.name: method for method in (_CODE, *PROVIDERS)}
        if name not in known:
            raise ValueError(f"{_SETTING}: {each}: {name} is no provider of signatures; there are {', '.join(known)}")
        if known[name] is not _CODE and known[name] not in connected:
            raise ValueError(f"{_SETTING}: {each}: {name} is not connected: LOANFLOW_{name}_… is not set")
        found[facility] = known[name]
    return {facility: method for facility, method in found.items() if method is not _CODE}
