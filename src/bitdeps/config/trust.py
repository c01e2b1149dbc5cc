"""Which certificates are trusted: the system's, or those of `SSL_CERT_FILE`. There is no way to trust all."""

from typing import TYPE_CHECKING

from bitdeps.errors import UsageError

if TYPE_CHECKING:
    import ssl


def tls_context(ca_file: str | None) -> "ssl.SSLContext":
    """Make the context of every TLS connection: verified, at least TLS 1.2.

    Raises:
        UsageError: the file of certificates cannot be used.
    """
    import ssl

    if ca_file is None:
        import truststore

        context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:
            reason = "no certificates in it" if isinstance(error, ssl.SSLError) else error.strerror
            raise UsageError(
                f"`{ca_file}`: the certificates cannot be read: {reason}",
                hint="`SSL_CERT_FILE` must name a file of certificates in PEM form",
            ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def tls_hint(reason: str) -> str:
    """Say what to do about a certificate that is not trusted, by OpenSSL's words for the reason."""
    if "expired" in reason or "not yet valid" in reason:
        return "check the clock of this machine: by it the certificate is out of date"
    return "where a proxy of your organisation re-encrypts traffic, set `SSL_CERT_FILE` to its certificates"
