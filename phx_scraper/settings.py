"""Scrapy's settings in the order of its template, then every PHX_ setting with unit, default and reason."""

from __future__ import annotations

import os

BOT_NAME = "phx_scraper"

SPIDER_MODULES = ["phx_scraper.spiders"]
NEWSPIDER_MODULE = "phx_scraper.spiders"
COMMANDS_MODULE = "phx_scraper.commands"

ADDONS: dict[str, int] = {
    # Before anything of a crawl is made: what that logs may hold a secret already.
    "phx_scraper.logs.redaction.Redaction": 0,
}

# The browser identity sends its own (downloader/handlers/curl.py); anything set here would break its fingerprint.
USER_AGENT = None
DEFAULT_REQUEST_HEADERS: dict[str, str] = {}

# Robots policy is written down per source in sources.py: we ask only for pages of homes the user named; a Crawl-delay
# is kept to (extensions/robots_txt.py).
ROBOTSTXT_OBEY = False

# The slots of each source bound what is on the wire (sources.py); queued photos must not fill this and starve pages.
CONCURRENT_REQUESTS = 512
CONCURRENT_REQUESTS_PER_DOMAIN = 8
DOWNLOAD_DELAY = 0  # each source has a pace of its own (downloader/pauses.py); DOWNLOAD_SLOTS is filled by the spiders

COOKIES_ENABLED = True
TELNETCONSOLE_ENABLED = False  # a door for code execution on the worker
REMOTE_CONTROL_ENABLED = False  # another one, on by default since 2.18

SPIDER_MIDDLEWARES: dict[str, int | None] = {
    # browser_identity.py sets the Referer that a browser would.
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
}

# Requests pass downwards, responses upwards.
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    # target_guard.py is stricter and ignores dont_filter.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    # The browser identity brings its own of these.
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    # Before the circuit breaker: a source that is left alone is not asked for a saved page.
    "phx_scraper.downloader.middlewares.saved_pages_answers.SavedPagesMiddleware": 35,
    "phx_scraper.downloader.middlewares.circuit_breaker.CircuitBreakerMiddleware": 40,
    "phx_scraper.downloader.middlewares.known_listings.KnownListingsMiddleware": 45,
    "phx_scraper.downloader.middlewares.target_guard.TargetGuardMiddleware": 50,
    "phx_scraper.downloader.middlewares.browser_identity.BrowserIdentityMiddleware": 400,
    "phx_scraper.downloader.middlewares.redirect.BrowserRedirectMiddleware": 600,
    # Sees a redirect to a CAPTCHA before it is followed, and only what the retry middleware gave up on or let pass.
    "phx_scraper.downloader.middlewares.refusals.RefusalsMiddleware": 650,
    "phx_scraper.downloader.middlewares.retry.BackoffRetryMiddleware": 660,
    "phx_scraper.downloader.middlewares.throttle.ThrottleMiddleware": 670,
    # Sees every try, also those that the two above answer with another one.
    "phx_scraper.downloader.middlewares.answers.AnswersMiddleware": 675,
    # Decodes before those above look at a body.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 680,
    # Before the cookies, which are kept by proxy; off where there is a replica.
    "phx_scraper.downloader.middlewares.proxies.ProxiesMiddleware": 690,
    "phx_scraper.downloader.middlewares.first_page.FirstPageMiddleware": 695,
    "phx_scraper.downloader.middlewares.cookies.CookieJarsMiddleware": 700,
    "phx_scraper.downloader.middlewares.credentials.CredentialsMiddleware": 730,
    # Before HttpProxyMiddleware (750), so that a proxy of the environment stays off the replica.
    "phx_scraper.downloader.middlewares.replica.ReplicaMiddleware": 740,
}

DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": "phx_scraper.downloader.handlers.routing.RoutingDownloadHandler",
    "https": "phx_scraper.downloader.handlers.routing.RoutingDownloadHandler",
    # Nothing we collect comes by these; each is a way to read this machine's files.
    "file": None,
    "ftp": None,
    "s3": None,
    "data": None,
}

EXTENSIONS: dict[str, int | None] = {
    "scrapy.extensions.spiderstate.SpiderState": None,  # one pickle written at close; the catalogue remembers
    # Scrapy's hold only what the run has visited.
    "scrapy.extensions.feedexport.FeedExporter": None,
    "phx_scraper.extensions.feed_export.CatalogueFeedExporter": 0,
    "phx_scraper.extensions.fast_shutdown.FastShutdown": 50,
    "phx_scraper.extensions.resource_limits.ResourceLimits": 100,
    "phx_scraper.extensions.robots_txt.RobotsTxt": 150,
    "phx_scraper.extensions.close_run.CloseRun": 200,
    "phx_scraper.extensions.log_run_id.LogRunId": 250,
    "phx_scraper.extensions.progress.Progress": 300,
}

# Gaps leave room for a user's own pipelines; a listing must be recorded before its photos are fetched.
ITEM_PIPELINES = {
    "phx_scraper.pipelines.validate.ValidatePipeline": 100,
    "phx_scraper.pipelines.record_listing.RecordListingPipeline": 200,
    "phx_scraper.pipelines.photos.PhotosPipeline": 300,
    "phx_scraper.pipelines.finish_visit.FinishVisitPipeline": 900,
}

# The catalogue is the frontier: queues live in memory, whether JOBDIR is set or not.
SCHEDULER = "phx_scraper.scheduler.MemoryScheduler"
DUPEFILTER_CLASS = "phx_scraper.dupefilter.NoDupeFilter"

DOWNLOAD_TIMEOUT = 30  # seconds for a whole answer, default 180
DOWNLOAD_MAXSIZE = 50 * 2**20  # bytes, default 1 GiB; pages have a lower cap of their own
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True  # off by default in Scrapy

# Three tries in all (two retries), with backoff (downloader/middlewares/retry.py).
RETRY_TIMES = 2

IMAGES_STORE = "data/images"

HTTPERROR_ALLOW_ALL = True  # page objects read the status: a 404 is an answer
LOG_LEVEL = "INFO"
LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"
LOG_DATEFORMAT = "%Y-%m-%d %H:%M:%S"
LOG_SHORT_NAMES = True
LOG_FORMATTER = "phx_scraper.extensions.log_lines.HomeLogFormatter"
STATS_DUMP = False  # the closing summary says it in words; `-s STATS_DUMP=1` brings the table back
FEED_EXPORT_ENCODING = "utf-8"
FEED_EXPORTERS: dict[str, str | None] = {
    "csv": "phx_scraper.exporters.NeutralCsvItemExporter",
    "xml": "phx_scraper.exporters.SoundXmlItemExporter",
}
FEED_STORAGES: dict[str, str | None] = {
    "": "phx_scraper.extensions.feed_export.AtomicFileStorage",
    "file": "phx_scraper.extensions.feed_export.AtomicFileStorage",
}

# --- PHX_: unit and reason beside each ---

# The catalogue: a file, or a database of a PostgreSQL server; empty: metadata/catalogue.sqlite below IMAGES_STORE.
PHX_CATALOGUE_URL = ""
# redis://HOST:PORT/0 of the Redis that tells workers of jobs; empty: no jobs. Best set in the environment: `ps` shows
# the command line.
PHX_REDIS_URL = ""
# Where `scrapy api` listens: an IP address or a name of this machine.
PHX_API_HOST = "127.0.0.1"
# The port of `scrapy api`; 0 = any that is free.
PHX_API_PORT = 8080
# Homes of one source in flight together.
PHX_CONCURRENT_HOMES = 3
# Factor on every delay between requests; 0 = no waiting (replica and benchmarks only).
PHX_DELAY_SCALE = 1.0
# Seconds: the shortest pause between two pages, and between two photos, of a source; a row of sources.py that asks for
# more moves both bounds up. Drawn from a long-tailed distribution (downloader/pauses.py), as a person's pauses are.
PHX_MIN_DELAY = 0.5
# The longest of them; at least the shortest.
PHX_MAX_DELAY = 3.0
# Seconds: the longest pause before the first page of the next home; the shortest is PHX_MAX_DELAY.
PHX_MAX_HOME_DELAY = 8.0
# Largest Hamming distance (of 64 bits) at which two pHashes may be one picture: no false pair in 2.3 million.
PHX_DUPLICATE_DISTANCE = 8
# The same for dHash; catches what pHash alone gets wrong on dark and plain pictures.
PHX_DUPLICATE_DHASH_DISTANCE = 12
# verified: candidates are compared on pixels too; plain: the two distances decide.
PHX_DUPLICATE_RULE = "verified"
# Longest side of a stored picture in pixels; pictures are never enlarged.
PHX_MAX_DIMENSION = 1024
# PNG or JPEG.
PHX_IMAGE_FORMAT = "PNG"
# 1-95, used with JPEG only.
PHX_JPEG_QUALITY = 85
# Keep the downloaded bytes below raw/.
PHX_KEEP_RAW = True
# Show the originals in the homes' folders too, in originals/.
PHX_ORIGINALS_IN_HOMES = False
# Look at pictures that no tag or caption names, where the extra [vision] is installed.
PHX_VISION = True
# Pixels; smaller pictures are icons and end as failures by name.
PHX_MIN_WIDTH = 200
# Pixels; the same for the height.
PHX_MIN_HEIGHT = 200
# Pixels of the decoded picture; more is a decompression bomb.
PHX_MAX_PIXELS = 60_000_000
# Bytes of one photo's body.
PHX_MAX_PHOTO_BYTES = 50 * 2**20
# Megabytes that must stay free below IMAGES_STORE; with less a run does not begin, or stops cleanly (exit code 3).
PHX_MIN_FREE_DISK_MB = 500
# Gigabytes (2^30 bytes) of the whole store; with more a run does not begin, or stops cleanly (exit code 3); 0 = any.
PHX_MAX_STORE_GB = 0.0
# Processes that decode, hash and encode; 0 = one per core.
PHX_IMAGE_WORKERS = 0
# Seconds that one picture may take in a decoder's process, which is then killed; 0 = decode in threads of the crawl,
# where a crash of a decoder is the crawl's own.
PHX_DECODER_TIMEOUT = 60
# Refusals or failures (no answer, server errors) in a row, of pages or photos, after which a source is left alone.
PHX_BREAKER_FAILURES = 3
# Seconds for which it is left alone (or a longer Retry-After) before one home is tried, and after which a blocked home
# may be asked for again.
PHX_BREAKER_COOLDOWN = 300
# Seconds that a crawl waits, in all and with nothing else to do, for sources that are left alone; then it ends.
PHX_BREAKER_MAX_WAIT = 120
# Megabytes of this process's own memory; above it the run stops cleanly (exit code 3). 0 = no bound.
PHX_MAX_MEMORY_MB = 0
# Seconds without a finished request or photo while work is in hand; then the run stops cleanly (exit code 3). More than
# the longest wait that is in order: DOWNLOAD_TIMEOUT and PHX_MAX_RETRY_AFTER. 0 = no bound.
PHX_STALL_SECONDS = 600
# Of blocked, error and shortfall, those that make the exit code 1; crawl --fail-on.
PHX_FAIL_ON = "blocked,error"
# Print nothing where no person is needed; crawl --quiet.
PHX_QUIET = False
# Write report/, the pages to look at homes, after a crawl; False: only scrapy report does.
PHX_REPORT = True
# Whether CSV feeds keep cells that a spreadsheet would run as formulas; False: they get a leading '.
PHX_CSV_FORMULAS = False
# Comma-separated proxy URLs, http, https, socks5 or socks5h://USER:PASSWORD@HOST:PORT; empty: direct. Every home keeps
# to one of them at each source, whatever it answers. Best set in the environment: `ps` shows the command line.
PHX_PROXIES = os.environ.get("PHX_PROXIES", "")
# auto | never | always: whether pages may be fetched by a real browser.
PHX_BROWSER = "auto"
# With windows, on a display of its own (Xvfb).
PHX_BROWSER_HEADED = False
# The Chromium to run; empty: the system's, else Playwright's own.
PHX_BROWSER_PATH = ""
# Megabytes above which the browser is started anew between two pages; 0 = no bound.
PHX_BROWSER_MEMORY_MB = 1500
# True: no request leaves; pages and photos come from the folder of -a pages alone, the next run without this asks for
# the rest.
PHX_OFFLINE = False
# Seconds; a longer Retry-After is not waited for but ends the visit as blocked.
PHX_MAX_RETRY_AFTER = 120
# http://HOST:PORT of a replica of the sources; empty: the live sites.
PHX_REPLICA_URL = ""
