"""libcurl's error codes as the exceptions that Scrapy's retry list names."""

from __future__ import annotations

from curl_cffi import CurlECode
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

CUT_SHORT = frozenset({CurlECode.PARTIAL_FILE, CurlECode.HTTP2_STREAM, CurlECode.BAD_CONTENT_ENCODING})
"""The answer had begun, and its end is missing or unreadable. (RFC 9110 8.6; libcurl's libcurl-errors.3)"""

_BY_CODE: dict[int, type[Exception]] = {
    CurlECode.COULDNT_RESOLVE_HOST: CannotResolveHostError,
    CurlECode.COULDNT_RESOLVE_PROXY: CannotResolveHostError,
    CurlECode.COULDNT_CONNECT: DownloadConnectionRefusedError,
    CurlECode.OPERATION_TIMEDOUT: DownloadTimeoutError,
}


def as_scrapy_error(code: int, message: str, has_status: bool) -> Exception:
    """The Scrapy exception for one of libcurl's codes; `has_status`: the answer's head had arrived."""
    if has_status and (code in CUT_SHORT or code == CurlECode.RECV_ERROR):
        return ResponseDataLossError(message)
    return _BY_CODE.get(code, DownloadFailedError)(message)
