"""TLS to a broker: whom we believe, and a sentence for each way in which it is not the one that we want."""

from __future__ import annotations

import ssl

from poultice.errors import SetupError

NAME_MISMATCHES = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL's x509_vfy.h
NOT_YET_VALID, EXPIRED = 9, 10  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED


def context(ca: str | None) -> ssl.SSLContext:
    """Believes the certificates that the CA in the PEM file `ca` signed, else those that this computer believes. Raises
    SetupError where the file is no such one."""
    try:
        made = ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        why = "it is not a certificate in PEM" if isinstance(error, ssl.SSLError) else error.strerror
        raise SetupError(f"broker.ca: {ca} cannot be used ({why}): name the file ca.crt of your broker.") from None
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def sentence(where: str, error: OSError) -> str:
    """Why no connection could be made, and what to do."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The broker at {where} shows {_certificate(error)}"
    why = getattr(error, "reason", None) or error.strerror
    return f"The broker at {where} speaks no TLS there ({why}): write the port of its TLS listener, or mqtt://."


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    match error.verify_code:
        case code if code in NAME_MISMATCHES:
            return "a certificate for another name: write the one that stands in it into broker.url, or make a new one."
        case code if code == EXPIRED:
            return "a certificate that has expired: make it a new one (poultice broker setup --tls)."
        case code if code == NOT_YET_VALID:
            return "a certificate that is not valid yet: set the clocks of both computers right."
    return "a certificate that is not trusted here: set broker.ca to its ca.crt, and be sure that it is your broker."
