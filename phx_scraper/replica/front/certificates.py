"""The front's own certificate authority: made anew at each start, kept nowhere, one certificate for each host.

A certificate names one host only, as those of the sources name one site: with one for all hosts a browser would send
every host's requests on one HTTP/2 connection (RFC 9113 9.1.1), which it cannot do on the live sites.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAYS = 30
_LOCAL = ("localhost", "127.0.0.1")


class CertificateAuthority:
    """Signs the certificates of `hosts`; a client that names another one, or none, is shown the one of this machine."""

    def __init__(self, hosts: frozenset[str], protocols: tuple[str, ...]) -> None:
        self._hosts, self._protocols = hosts, protocols
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Replica of the sources, throw-away CA")
        self.certificate = self._sign(self._name, self._key, ())
        self._contexts: dict[str, ssl.SSLContext] = {}
        self.context = self._context(_LOCAL)
        self.context.sni_callback = self._choose

    def _choose(self, connection: ssl.SSLObject | ssl.SSLSocket, host: str | None, _: ssl.SSLContext) -> None:
        named = (host or "").lower()
        if named not in self._hosts:
            return
        if named not in self._contexts:
            self._contexts[named] = self._context((named,))
        connection.context = self._contexts[named]

    def _context(self, names: tuple[str, ...]) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(list(self._protocols))
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(_name(names[0]), key, names)
        with TemporaryDirectory() as folder:
            path = Path(folder, "chain.pem")
            path.touch(0o600)
            path.write_bytes(_pem_of(key) + _pem(certificate) + _pem(self.certificate))
            context.load_cert_chain(path)
        return context

    def _sign(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, names: tuple[str, ...]) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=_DAYS))
        builder = builder.add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), False)
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        return builder.sign(self._key, hashes.SHA256())


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    unencrypted = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unencrypted)
