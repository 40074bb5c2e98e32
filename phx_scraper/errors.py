"""The exceptions that one room raises and another handles, in one tree; each docstring says where it is raised.

`downloader.exceptions` has their forms for Scrapy. An exception that stays in its room stands beside what raises it,
and is of this tree too.
"""

from __future__ import annotations


class PhxError(Exception):
    """The root: catching it catches whatever this project raises on purpose."""


class UsageError(PhxError):
    """Wrong arguments, settings, input file or output folder; raised before a crawl starts (exit code 2)."""


class EmptyList(UsageError):
    """A list in which no row names a home; raised by `homes` and `run`."""


class LongerThanShort(PhxError):
    """A list that becomes a long one, however few its bytes are; raised by `homes`, handled by `api`."""


class AddressError(PhxError):
    """A text that is no readable postal address; raised by `homes`, reported per row."""


class PageError(PhxError):
    """A page that gives no listing; raised by `pages`. `failed_url` is that of a page which stood before it."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.failed_url = ""


class Refused(PageError):
    """The source declined to answer (block page, 403, 429, CAPTCHA); raised by `pages` and `downloader.middlewares`.

    `retry_after` is in seconds, None where the source named no time.
    """

    def __init__(self, reason: str, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(reason, detail)
        self.retry_after = retry_after

    @property
    def is_complaint(self) -> bool:
        """Whether it speaks of who asks rather than of the thing asked for: too often, or not before a time."""
        return self.reason == "rate_limited" or self.retry_after is not None


class NotFound(PageError):
    """The source has no listing there (404, "no longer available", off the site); raised by `pages`."""


class NotUnderstood(PageError):
    """A page in a shape we do not read; `reason` names the missing field; raised by `pages`."""


class WrongHome(PageError):
    """A page that is provably of another home than the asked one; raised by `pages`."""


class BadPhoto(PhxError):
    """Bytes that give no usable picture; raised by `imaging`.

    `reason` is one short snake_case word (`not_image`, `truncated`, `too_many_pixels`, …) for stats and catalogue.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class DecoderUnavailable(PhxError):
    """Decoder processes cannot be started at all: no photo's fault, so the run stops; raised by `imaging`."""


class VisionUnavailable(PhxError):
    """What looks at pictures cannot be had: no extra, damaged weights, no cache; raised by `imaging.categories`.

    One sentence for a person; categories go on from corrections, tags and captions.
    """


class UnsafeTarget(PhxError):
    """A URL, host or resolved address that no source owns; raised by `downloader`."""


class StorageError(PhxError):
    """Files or catalogue that cannot be read or written; raised by `storage`."""


class CatalogueError(StorageError):
    """A catalogue that cannot be opened: damaged, newer schema, wrong URL; raised by `storage.catalogue`."""


class ServerAway(StorageError):
    """A server that holds the catalogue or the pictures, and does not answer now; its kinds say which, and when."""


class CatalogueUnreachable(CatalogueError, ServerAway):
    """A catalogue's server that gives no connection now, and may later; raised by `storage.catalogue`."""


class CatalogueAway(ServerAway):
    """A catalogue's server that went away in the midst of a transaction, of which nothing was written.

    Raised by `storage.catalogue`. The same transaction may be run again.
    """


class StoreUnreachable(ServerAway):
    """A bucket's server that does not answer, or takes nothing now, and may later; raised by `storage.files`."""


class DiskFull(StorageError):
    """No space left, or less than `PHX_MIN_FREE_DISK_MB`; raised by `storage` and `extensions`."""


class FileAbsent(StorageError):
    """A file or an object that is not there; raised by `storage.files`."""


class WrongBytes(StorageError):
    """A file that holds other bytes than its name says, again and again; raised by `storage.files`."""


class UnsafePath(StorageError):
    """A name that would leave the data folder; raised by `storage.files`."""


class FilesRemoved(PhxError):
    """A file that was written may be removed again before a row could name it; raised by `storage.catalogue`.

    Nothing was written to the catalogue: write the file once more, and try again.
    """


class LeaseLost(StorageError):
    """A visit that this run no longer holds, having expired or been forgotten; raised by `storage.catalogue`.

    Nothing was written. The visit is another run's work now, so the answer is to drop it without counting an error.
    """


class UnknownJob(UsageError):
    """There is no such job, or it is another key's; raised by `service`."""


class WrongJobState(UsageError):
    """The job stands so that this cannot be done with it; raised by `service`."""


class RequestReused(UsageError):
    """A request of this name asked for something else before; raised by `service`."""


class OverLimit(UsageError):
    """More than a key may ask for; raised by `service`. No job was made."""


class JobTooLarge(OverLimit):
    """A job of more homes than the key may name at once, now or later; raised by `service`."""


class UnknownKey(UsageError):
    """There is no such key of the API; raised by `service`."""


class KeyRefused(PhxError):
    """What was shown is no key, or one that is revoked or expired, then with its id; raised by `service`."""

    def __init__(self, sentence: str, key_id: str = "") -> None:
        super().__init__(sentence)
        self.key_id = key_id


class QueueUnavailable(PhxError):
    """Redis cannot be reached, or refuses; raised by `service`. What the catalogue holds stands.

    `may_come_back` False: the address or the password is wrong, so there is nothing to wait for.
    """

    def __init__(self, sentence: str, may_come_back: bool = False) -> None:
        super().__init__(sentence)
        self.may_come_back = may_come_back
