# SPDX-License-Identifier: Apache-2.0
"""Certificates with every fault, and what TLSA records say of them. One key for all: what differs is the certificate."""
import datetime
import hashlib
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.utcnow()
DAY = datetime.timedelta(days=1)
PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def spki(key):
    return key.public_key().public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class Authority:
    def __init__(self, title):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = name(title)
        self.certificate = (
            x509.CertificateBuilder().subject_name(self.name).issuer_name(self.name).public_key(self.key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(NOW - DAY).not_valid_after(NOW + 30 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256()))

    def pem(self):
        return self.certificate.public_bytes(PEM)


class Certificates:
    """Files below a directory: DIRECTORY/ca.pem is trusted, other authorities are not."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        self.trusted = Authority('World CA')
        self.other = Authority('Other CA')
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.wrong_key = ec.generate_private_key(ec.SECP256R1())
        self.write('ca.pem', self.trusted.pem())
        self.write('key.pem', self.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8,
                                                     serialization.NoEncryption()))

    def write(self, file, content):
        with open(os.path.join(self.directory, file), 'wb') as out:
            out.write(content)

    def path(self, file):
        return os.path.join(self.directory, file)

    def make(self, host, fault='good'):
        """The path of a chain for a host: good, wrong-name, untrusted, self-signed or expired."""
        issuer = self.other if fault == 'untrusted' else self.trusted
        subject = 'elsewhere.example' if fault == 'wrong-name' else host
        own = fault == 'self-signed'
        begin, end = (NOW - 9 * DAY, NOW - DAY) if fault == 'expired' else (NOW - DAY, NOW + 9 * DAY)
        certificate = (
            x509.CertificateBuilder().subject_name(name(subject[:64])).issuer_name(name(subject[:64]) if own else issuer.name)
            .public_key(self.key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(begin).not_valid_after(end)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self.key if own else issuer.key, hashes.SHA256()))
        file = '%s-%s.pem' % (host, fault)
        self.write(file, certificate.public_bytes(PEM) + (b'' if own else issuer.pem()))
        return self.path(file)

    def tlsa(self, kind):
        """Records' data by the word of domains.tsv."""
        right = '3 1 1 ' + hashlib.sha256(spki(self.key)).hexdigest()
        wrong = '3 1 1 ' + hashlib.sha256(spki(self.wrong_key)).hexdigest()
        authority = '2 0 1 ' + hashlib.sha256(self.trusted.certificate.public_bytes(DER)).hexdigest()
        pkix = '1 1 1 ' + hashlib.sha256(spki(self.key)).hexdigest()
        return {
            'ok': [right], 'wrong': [wrong], 'ta': [authority], 'unusable': [pkix, '0 0 1 ' + 32 * 'ab', '3 1 1 abcd'],
            'mix': [pkix, right], 'rollover': [wrong, right], 'bogus': [right], 'full': [
                '3 1 0 ' + spki(self.key).hex()], 'sha512': ['3 1 2 ' + hashlib.sha512(spki(self.key)).hexdigest()],
        }[kind]
