"""What libcurl received, collected under a size cap and turned into a Scrapy response."""

from __future__ import annotations

from io import BytesIO
from ipaddress import ip_address
from typing import cast

from curl_cffi import Curl, CurlECode, CurlError, CurlInfo, CurlOpt
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from phx_scraper.downloader.handlers.curl_errors import CUT_SHORT, as_scrapy_error

_ABORT = 0xFFFFFFFF  # CURL_WRITEFUNC_ERROR
_PROTOCOLS = {1: "HTTP/1.0", 2: "HTTP/1.1", 3: "h2", 30: "h3"}
_DECODED = frozenset({b"gzip", b"x-gzip", b"deflate", b"br", b"zstd"})


class Answer:
    """One answer while it arrives. `max_size` bounds the decoded body in bytes, 0 = no bound."""

    def __init__(self, max_size: int) -> None:
        self.max_size = max_size
        self.head = BytesIO()
        self.body = BytesIO()
        self.too_large = False
        self.status = 0
        self.latency = 0.0
        self.protocol: str | None = None
        self.address = ""
        self.error: CurlError | None = None

    def attach(self, curl: Curl) -> None:
        """Receive into this answer."""
        curl.setopt(CurlOpt.HEADERDATA, self.head)
        curl.setopt(CurlOpt.WRITEFUNCTION, self._receive)

    def finish(self, curl: Curl, error: CurlError | None) -> None:
        """Read what only the handle knows, once the transfer has ended."""
        self.error = error
        self.status = cast("int", curl.getinfo(CurlInfo.RESPONSE_CODE))
        self.latency = cast("float", curl.getinfo(CurlInfo.STARTTRANSFER_TIME))
        self.protocol = _PROTOCOLS.get(cast("int", curl.getinfo(CurlInfo.HTTP_VERSION)))
        self.address = cast("bytes", curl.getinfo(CurlInfo.PRIMARY_IP)).decode("ascii")

    def response(self, request: Request, flags: list[str], fail_on_dataloss: bool) -> Response:
        """The answer as Scrapy's response. Raises the Scrapy exception that says why there is none."""
        if self.too_large:
            raise DownloadCancelledError(f"the body is larger than {self.max_size} bytes: {request.url}")
        if self.error is not None:
            self._raise_unless_kept(self.error, request, fail_on_dataloss)
            flags = [*flags, "dataloss"]
        if not self.status:
            raise DownloadFailedError(f"no answer: {request.url}")
        headers, body = parse_head(self.head.getvalue()), self.body.getvalue()
        cls = responsetypes.from_args(headers=headers, url=request.url, body=body)
        return cls(
            url=request.url,
            status=self.status,
            headers=headers,
            body=body,
            flags=flags,
            request=request,
            protocol=self.protocol,
            ip_address=ip_address(self.address) if self.address else None,
        )

    def _receive(self, chunk: bytes) -> int:
        if self.max_size and self.body.tell() + len(chunk) > self.max_size:
            self.too_large = True
            self.body = BytesIO()
            return _ABORT
        return self.body.write(chunk)

    def _raise_unless_kept(self, error: CurlError, request: Request, fail_on_dataloss: bool) -> None:
        if error.code == CurlECode.FILESIZE_EXCEEDED:
            raise DownloadCancelledError(f"the announced body is larger than {self.max_size} bytes: {request.url}")
        if error.code in CUT_SHORT and self.status and not fail_on_dataloss:
            return
        raise as_scrapy_error(int(error.code), f"{error}: {request.url}", bool(self.status)) from error


def parse_head(head: bytes) -> Headers:
    """The headers of the final answer: interim (1xx) blocks and trailers are left out, decoded encodings removed."""
    block = head[head.rfind(b"\nHTTP/") + 1 :].partition(b"\r\n\r\n")[0]
    headers = Headers()
    for line in block.splitlines()[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            headers.appendlist(name.strip(), value.strip())
    _drop_decoded(headers)
    return headers


def _drop_decoded(headers: Headers) -> None:
    encodings = b",".join(headers.getlist("Content-Encoding")).lower().split(b",")
    if any(encoding.strip() in _DECODED for encoding in encodings):
        # The length is that of the encoded body, which is gone.
        del headers["Content-Encoding"]
        headers.pop("Content-Length", None)
