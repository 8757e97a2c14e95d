"""What of a seal's own bytes no signature covers: it has to be written as seals are, or somebody changed it since.

A signature in PDF covers the file but for its own digits. In those, CMS signs content and signed attributes alone: the
version, the names of hash functions and of the signer, the copies of certificates, attributes that are not signed and
the zeros behind it all could be changed, and most readers would not say so.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature

_DIGITS = re.compile(rb"<(?:[0-9a-f]{2})+>|<(?:[0-9A-F]{2})+>")
# Of RFC 5652, 5.1: data that are elsewhere, and content of another type.
_OF_SEAL, _OF_TOKEN = "v1", "v3"
_TIME = "signature_time_stamp_token"


def is_as_made(digits: bytes, roots: Sequence[x509.Certificate]) -> bool:
    """Whether the digits of a seal (`<30…00>`) are as sealers write them; `roots` are those that it may lead to."""
    if not _DIGITS.fullmatch(digits):
        return False
    from asn1crypto import cms, parser, tsp

    raw = bytes.fromhex(digits[1:-1].decode())
    # The class, the method, the tag, then the parts: header, content, trailer.
    whole = sum(map(len, parser.parse(raw, strict=False)[3:]))
    if raw[whole:].strip(b"\0"):
        return False
    signed = cms.ContentInfo.load(raw[:whole], strict=True)["content"]
    tokens = [token["content"] for token in _tokens(signed["signer_infos"][0])]
    times = all(isinstance(each["encap_content_info"]["content"].parsed, tsp.TSTInfo) for each in tokens)
    return (
        times
        and _is_signed_data(signed, _OF_SEAL, roots)
        and all(_is_signed_data(each, _OF_TOKEN, roots) for each in tokens)
    )


def _is_signed_data(signed: Any, version: str, roots: Sequence[x509.Certificate]) -> bool:
    (signer,) = signed["signer_infos"]
    named = [each["algorithm"].native for each in signed["digest_algorithms"]]
    plain = (signed["version"].native, named) == (version, [signer["digest_algorithm"]["algorithm"].native])
    unsigned = {each["type"].native for each in signer["unsigned_attrs"]}
    sparse = signed["crls"].native is None and signer["version"].native == "v1" and unsigned <= {_TIME}
    algorithms = [*signed["digest_algorithms"], signer["digest_algorithm"]]
    sparse = sparse and all(map(_has_no_parameters, algorithms))
    content = signed["encap_content_info"]["content_type"].native == ("data" if version == _OF_SEAL else "tst_info")
    copies = [x509.load_der_x509_certificate(each.chosen.dump()) for each in signed["certificates"]]
    written = plain and sparse and content and _is_named(signer["sid"], copies)
    return bool(written and _are_issued(copies, roots, all_of_it=bool(roots) and version == _OF_SEAL))


def _has_no_parameters(algorithm: Any) -> bool:
    """Whether a hash function is named as RFC 5754, 2 has it: without parameters, or with NULL in their place."""
    from asn1crypto import core

    named = {"algorithm": algorithm["algorithm"].native}
    made = (type(algorithm)(each) for each in (named, {**named, "parameters": core.Null()}))
    return algorithm.dump() in [each.dump() for each in made]


def _is_named(sid: Any, copies: Sequence[x509.Certificate]) -> bool:
    """Whether a signer is named by the very bytes of a certificate: names are the same in other cases of letters."""
    if sid.name != "issuer_and_serial_number":
        return True
    issuer, serial = sid.chosen["issuer"].dump(), sid.chosen["serial_number"].native
    return any((each.issuer.public_bytes(), each.serial_number) == (issuer, serial) for each in copies)


def _tokens(signer: Any) -> Iterable[Any]:
    for attribute in signer["unsigned_attrs"]:
        yield from attribute["values"]


def _are_issued(copies: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], *, all_of_it: bool) -> bool:
    """Whether each certificate was signed by one that is there, or is among those to lead to.

    Unless all has to be, one whose issuer is not there is believed: the authority of a time may be unknown.
    """
    known = {*copies, *roots}
    names = {each.subject for each in known}
    return all(
        any(_is_issued(each, by) for by in known) or each in roots or (not all_of_it and each.issuer not in names)
        for each in copies
    )


def _is_issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
