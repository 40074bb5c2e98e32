"""The fault matrix: what is injected, what is expected, and the tests that do it."""

from __future__ import annotations

from dataclasses import dataclass

FETCHING, IMAGING, STORAGE = "tests/unit/fetching/", "tests/unit/imaging/", "tests/unit/storage/"
HOMES, PAGES, CRAWLS = "tests/unit/homes/", "tests/unit/pages/", "tests/integration/"
FAULTS, VIEWS = "tests/faults/", "tests/unit/views/"


@dataclass(frozen=True)
class Row:
    """One row; `tests` are pytest node ids (a file stands for all of its tests), `absent` says why there are none."""

    number: int
    fault: str
    expected: str
    tests: tuple[str, ...] = ()
    absent: str = ""


def _in(folder: str, file: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{folder}{file}::{name}" for name in names) or (f"{folder}{file}",)


MATRIX = (
    Row(1, "kill -9 at any moment", "store equal to the undisturbed run, re-fetches <= in flight",
        _in(FAULTS, "test_kills.py", "test_killed_in_the_middle")
        + _in(CRAWLS, "test_zillow_crawl.py", "test_killed_in_the_middle_and_run_again")),
    Row(2, "kill at each named point", "as 1; every point is listed",
        _in(FAULTS, "test_kills.py", "test_killed_at_every_point_in_a_row") + _in(STORAGE, "test_crashes.py")),
    Row(3, "n-th write, fsync, rename, commit fails", "recorded or retried; the next run completes",
        _in(FAULTS, "test_kills.py", "test_a_call_to_the_disk_fails") + _in(STORAGE, "test_failures.py")),
    Row(4, "power loss", "files whole or absent", _in(FAULTS, "test_power_loss.py")
        + _in(STORAGE, "test_files.py", "test_bytes_are_forced_to_disk_before_they_get_their_name")),
    Row(5, "disk full", "exit 3, no stump, completes later",
        _in(STORAGE, "test_files.py", "test_a_real_size_limit_leaves_no_stump",
            "test_whichever_call_fails_files_are_whole_or_absent")
        + _in(STORAGE, "test_opening.py", "test_a_full_disk_is_told_as_such")),
    Row(6, "read-only or wrong data folder", "one sentence, nothing done",
        _in(CRAWLS, "test_bad_input.py", "test_a_store_that_is_a_file", "test_a_store_that_may_not_be_written")),
    Row(7, "Ctrl-C, SIGTERM", "clean pause, goes on",
        _in(CRAWLS, "test_endings.py", "test_a_signal_pauses_and_the_next_run_goes_on")),
    Row(8, "job folder", "queues leave nothing in it",
        _in(FETCHING, "test_routing.py", "test_queues_leave_nothing_in_the_job_folder_and_nothing_is_dropped")),
    Row(9, "hostile pickle in the job folder", "no code runs",
        absent="nothing unpickles: the catalogue is the frontier"),
    Row(10, "catalogue damaged, lost", "found at open, set aside, made anew",
        _in(STORAGE, "test_opening.py") + _in(CRAWLS, "test_bad_input.py", "test_a_catalogue_that_is_damaged")
        + _in(CRAWLS, "test_reconcile.py", "test_a_lost_catalogue_is_made_anew_and_the_next_crawl_fetches_nothing",
              "test_a_damaged_catalogue_is_set_aside")),
    Row(11, "four processes, one killed", "each visit once, taken over", _in(STORAGE, "test_sharing.py")),
    Row(12, "old and newer schema", "migrated with backup; refused",
        _in(STORAGE, "test_opening.py", "test_an_older_schema_is_migrated_once_and_kept_beside",
            "test_a_newer_schema_is_refused")),
    Row(13, "bit rot", "exactly those files listed, repaired",
        _in(STORAGE, "test_reconcile.py", "test_bit_rot_is_listed_exactly")),
    Row(14, "missing, extra, misnamed files", "each by kind; set aside, relinked, nothing deleted",
        _in(STORAGE, "test_reconcile.py", "test_every_kind_is_told_apart",
            "test_repair_and_the_next_run_end_as_if_nothing_had_happened")),
    Row(15, "pixel bombs", "refused by name", _in(IMAGING, "test_bad_pictures.py", "test_pixel_bombs_are_not_opened",
                                                  "test_the_pixel_limit_holds_in_every_format")),
    Row(16, "frame, text, profile bombs", "refused by name",
        _in(IMAGING, "test_bad_pictures.py", "test_frame_and_scan_bombs_are_refused",
            "test_compressed_chunks_that_explode_are_refused", "test_a_profile_of_absurd_size_is_refused")),
    Row(17, "picture cut anywhere", "never good",
        _in(IMAGING, "test_bad_pictures.py", "test_a_picture_cut_anywhere_is_never_good")),
    Row(18, "not a picture, polyglots", "refused by name; a block page is a refusal",
        _in(IMAGING, "test_bad_pictures.py", "test_other_files_are_named", "test_polyglots_are_refused")
        + _in(FETCHING, "test_retry.py", "test_photos_are_refused_by_the_same_rule")),
    Row(19, "decoder crash or hang", "that photo fails by name, the run goes on",
        _in(FAULTS, "test_decoders.py") + _in(FAULTS, "test_kills.py", "test_a_decoder_fails")),
    Row(20, "odd but valid pictures", "upright, right colours", _in(IMAGING, "test_odd_pictures.py")),
    Row(21, "flat pictures", "no duplicates by hash",
        _in(IMAGING, "test_duplicates.py", "test_flat_pictures_and_sketches_never_match_by_look")),
    Row(22, "labelled pairs", "precision and recall hold",
        _in(IMAGING, "test_duplicates.py", "test_labelled_pairs_of_the_captures")),
    Row(23, "slow servers", "total timeout on every handler",
        _in(FETCHING, "test_limits.py", "test_slow_servers_meet_the_total_timeout_and_hold_up_nobody")),
    Row(24, "huge bodies, bombs", "cut at the cap",
        _in(FETCHING, "test_limits.py", "test_large_bodies_are_cut_at_the_cap",
            "test_compression_bombs_are_cut_at_the_decoded_size")),
    Row(25, "short bodies, resets, bad TLS", "retried, then failed by name",
        _in(FETCHING, "test_limits.py", "test_cut_answers_are_tried_three_times",
            "test_bad_certificates_are_refused_unless_the_setting_says_otherwise")),
    Row(26, "redirects elsewhere", "refused, nobody connected", _in(FETCHING, "test_targets.py")),
    Row(27, "private names, rebinding", "refused at connect", _in(FETCHING, "test_addresses.py")),
    Row(28, "foreign photo host", "counted, not fetched",
        _in(PAGES, "test_values.py", "test_photo_addresses_that_are_refused")),
    Row(29, "refusals", "blocked; removes nothing; rests",
        _in(PAGES, "test_refusals.py") + _in(CRAWLS, "test_endings.py", "test_a_refusal_removes_nothing",
                                             "test_a_blocked_home_is_left_alone_for_a_while")),
    Row(30, "layout change", "named field, page kept",
        (*_in(PAGES, "test_fuzz.py"), "tests/unit/test_unread_pages.py")),
    Row(31, "fewer photos than claimed", "shown, counts against completeness",
        _in(STORAGE, "test_reconcile.py", "test_a_store_that_nobody_touched_is_clean")),
    Row(32, "hostile names", "inside the store, unique", _in(STORAGE, "test_paths.py")),
    Row(33, "planted links", "refused", _in(STORAGE, "test_paths.py", "test_planted_symlinks_are_refused")),
    Row(34, "shapes of lists", "rows or named errors",
        _in(HOMES, "test_read_addresses.py") + _in(HOMES, "test_usage_errors.py")),
    Row(35, "formula cells", "exact in JSON",
        _in(HOMES, "test_read_addresses.py", "test_formula_cells_in_other_columns_are_kept_as_they_are")),
    Row(36, "script in scraped text", "data in JSON",
        _in(VIEWS, "test_json_files.py", "test_hostile_texts_come_out_as_data")),
    Row(37, "depth and size of pages", "failed by name, bounded", _in(PAGES, "test_hostile.py")),
    Row(38, "address spellings", "one key a home", _in(HOMES, "test_same_home.py")),
    Row(40, "clock jumps", "", absent="leases are wall-clock times shared by machines; a dead holder is known by pid"),
    Row(50, "extension wiring", "each has an effect",
        _in(CRAWLS, "test_endings.py", "test_the_exit_code_says_how_it_went")),
)  # fmt: skip
