"""Certificates made for one test run: an authority of our own, and what it vouches for."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_VALID = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC))
_PAST = (datetime(2001, 1, 1, tzinfo=UTC), datetime(2002, 1, 1, tzinfo=UTC))
_FUTURE = (datetime(2048, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Certificate:
    """A server certificate with its key, as PEM files."""

    cert: Path
    key: Path


class Authority:
    """A certificate authority that lives in ``folder``; trust it through ``ca_file``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Test Authority")
        cert = self._sign(self._name, self._key, _VALID, x509.BasicConstraints(True, 0), ())
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(cert.public_bytes(serialization.Encoding.PEM))

    def issue(
        self, *hosts: str, expired: bool = False, future: bool = False, self_signed: bool = False
    ) -> Certificate:
        """Return a certificate for these host names and addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        when = _PAST if expired else _FUTURE if future else _VALID
        label = "-".join(
            (hosts[0], *(["expired"] if expired else []), *(["own"] if self_signed else []))
        )
        name = _name(hosts[0])
        cert = self._sign(
            name, key, when, x509.BasicConstraints(False, None), hosts, own=self_signed
        )
        made = Certificate(self._folder / f"{label}.pem", self._folder / f"{label}.key")
        made.cert.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
        made.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        made.key.chmod(0o600)
        return made

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        when: tuple[datetime, datetime],
        constraints: x509.BasicConstraints,
        hosts: tuple[str, ...],
        *,
        own: bool = False,
    ) -> x509.Certificate:
        signer = key if own else self._key
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if own else self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(when[0])
            .not_valid_after(when[1])
            .add_extension(constraints, critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                critical=False,
            )
        )
        if constraints.ca:
            usage = x509.KeyUsage(*(i in (5, 6) for i in range(9)))
            builder = builder.add_extension(usage, critical=True)
        else:
            server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
            builder = builder.add_extension(server, critical=False).add_extension(
                x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False
            )
        return builder.sign(signer, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
