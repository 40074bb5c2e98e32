"""The fault matrix: what is injected, what is expected, and the tests that do it."""

from __future__ import annotations

from dataclasses import dataclass

UNIT = "tests/unit/"
FETCHING, IMAGING, STORAGE = "tests/unit/downloader/", "tests/unit/imaging/", "tests/unit/storage/"
HOMES, PAGES, CRAWLS = "tests/unit/homes/", "tests/unit/pages/", "tests/integration/"
FAULTS, VIEWS, SCRAPYD, BROWSER = "tests/faults/", "tests/unit/views/", "tests/scrapyd/", "tests/browser/"


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


HOSTILE = _in(FAULTS, "test_hostile_servers.py", "test_photos_fail_with_their_reason_and_the_others_are_stored",
              "test_pages_end_their_visits_with_a_reason_and_the_others_continue")  # fmt: skip
CHANGED = _in(FAULTS, "test_hostile_servers.py", "test_a_changed_layout_is_reported_and_a_foreign_photo_is_skipped")
LATER_JOBS = "comes with the job service: there is neither Redis nor a queue of ours yet; scrapyd's own holds JSON"

MATRIX = (
    Row(1, "kill -9 at any moment", "equal to the undisturbed run, re-fetches <= in flight",
        _in(FAULTS, "test_kills.py", "test_a_killed_crawl_loses_nothing")
        + _in(CRAWLS, "test_zillow_crawl.py", "test_a_killed_crawl_run_again_completes")),
    Row(2, "kill at each named point", "as 1; every point is listed",
        _in(FAULTS, "test_kills.py", "test_kills_at_every_crash_point_in_turn_lose_nothing")
        + _in(STORAGE, "test_crashes.py")),
    Row(3, "n-th write, fsync, rename, commit fails", "exit 3, nothing lost, the next run completes",
        _in(FAULTS, "test_kills.py", "test_a_failing_disk_call_stops_the_crawl_and_loses_nothing")
        + _in(STORAGE, "test_failures.py")),
    Row(4, "power loss", "files whole or absent", _in(FAULTS, "test_power_loss.py")
        + _in(STORAGE, "test_files.py", "test_bytes_are_synced_before_the_rename")),
    Row(5, "disk full, at several stages", "exit 3, no stump, completes later", _in(FAULTS, "test_full_disk.py")
        + _in(STORAGE, "test_files.py", "test_a_real_size_limit_leaves_no_incomplete_file",
              "test_whichever_call_fails_files_are_whole_or_absent")
        + _in(STORAGE, "test_opening.py", "test_a_full_disk_is_reported_as_such")
        + _in(CRAWLS, "test_guards.py", "test_too_little_free_space_stops_before_anything_is_asked")),
    Row(6, "read-only or vanished data folder", "a sentence, nothing marked done, goes on later",
        _in(FAULTS, "test_lost_data_folder.py")
        + _in(CRAWLS, "test_bad_input.py", "test_a_store_that_is_a_file", "test_a_store_that_may_not_be_written")),
    Row(7, "Ctrl-C once and twice, SIGTERM, SIGHUP", "clean pause; SIGHUP as 1",
        _in(FAULTS, "test_kills.py", "test_a_signal_to_all_processes")
        + _in(CRAWLS, "test_jobdir.py", "test_a_stopped_job_is_resumed",
              "test_a_clean_stop_waits_for_no_answer_at_the_real_pace")
        + _in(CRAWLS, "test_endings.py", "test_a_signal_pauses_and_the_next_run_resumes")),
    Row(8, "damaged or foreign job folder", "set aside or refused; the catalogue knows the work",
        _in(CRAWLS, "test_jobdir.py", "test_a_foreign_folder_is_set_aside", "test_a_newer_format_is_refused",
            "test_another_spider_other_arguments_another_catalogue_are_refused",
            "test_a_folder_that_holds_the_data_is_not_moved")
        + _in(UNIT, "run/test_jobdir.py")),
    Row(9, "hostile pickle in the job folder", "no code runs, no pickle is written",
        _in(CRAWLS, "test_jobdir.py", "test_a_foreign_folder_is_set_aside", "test_no_pickle_is_written",
            "test_a_malicious_pickle_in_a_job_folder_is_never_read", "test_the_malicious_pickle_would_run_code")),
    Row(10, "catalogue damaged, lost", "found at open, set aside, made anew",
        _in(STORAGE, "test_opening.py") + _in(CRAWLS, "test_bad_input.py", "test_a_catalogue_that_is_damaged")
        + _in(CRAWLS, "test_reconcile.py", "test_a_lost_catalogue_is_rebuilt_and_the_next_crawl_fetches_nothing",
              "test_a_damaged_catalogue_is_set_aside")),
    Row(11, "four processes, one killed", "each visit once, taken over, busy is waited for",
        _in(CRAWLS, "test_concurrent_crawls.py") + _in(STORAGE, "test_concurrent_processes.py")),
    Row(12, "old and newer schema", "migrated with backup; refused",
        _in(STORAGE, "test_opening.py", "test_an_older_schema_is_migrated_once_and_kept_beside",
            "test_a_newer_schema_is_refused")),
    Row(13, "bit rot", "exactly those files listed, repaired",
        _in(STORAGE, "test_reconcile.py", "test_bit_rot_is_listed_exactly")
        + _in(CRAWLS, "test_reconcile.py", "test_damage_is_reported_and_repaired_by_the_next_crawl")),
    Row(14, "missing, extra, misnamed files", "each by kind; set aside, relinked, nothing deleted",
        _in(STORAGE, "test_reconcile.py", "test_every_kind_of_problem_is_distinguished",
            "test_repair_and_the_next_run_restore_the_original_state")),
    Row(15, "pixel bombs", "refused by name", _in(IMAGING, "test_bad_pictures.py", "test_pixel_bombs_are_not_decoded",
                                                  "test_the_pixel_limit_holds_in_every_format")),
    Row(16, "frame, text, profile bombs", "refused by name",
        _in(IMAGING, "test_bad_pictures.py", "test_frame_and_scan_bombs_are_refused",
            "test_decompression_bombs_in_chunks_are_refused", "test_a_profile_of_absurd_size_is_refused")),
    Row(17, "picture cut anywhere, damaged at random", "never good where cut; failed by name",
        _in(IMAGING, "test_bad_pictures.py", "test_a_truncated_picture_is_never_accepted")
        + _in(IMAGING, "test_fuzz.py") + _in(FAULTS, "test_fuzzed_pictures.py")),
    Row(18, "not a picture, polyglots", "refused by name; a block page is a refusal",
        _in(IMAGING, "test_bad_pictures.py", "test_other_file_formats_are_named", "test_polyglots_are_refused")
        + _in(FETCHING, "test_retry.py", "test_photos_are_refused_by_the_same_rule")),
    Row(19, "decoder crash or hang", "that photo fails by name, the run goes on",
        _in(FAULTS, "test_decoders.py") + _in(FAULTS, "test_kills.py", "test_a_failing_decoder_fails_its_photo_only")),
    Row(20, "odd but valid pictures", "upright, right colours", _in(IMAGING, "test_odd_pictures.py")),
    Row(21, "flat pictures", "no duplicates by hash",
        _in(IMAGING, "test_duplicates.py", "test_flat_pictures_and_sketches_never_match_by_hash")),
    Row(22, "labelled pairs: resized, recompressed, cropped", "precision and recall hold; each picture once",
        _in(IMAGING, "test_duplicates.py", "test_labelled_pairs_of_the_captures")
        + _in(CRAWLS, "test_zillow_crawl.py", "test_the_example_list_ends_as_the_truth_says")),
    Row(23, "slow and silent servers", "total timeout on every handler, the others go on",
        _in(FETCHING, "test_limits.py", "test_slow_servers_reach_the_total_timeout", "test_slow_servers_block_no_other")
        + HOSTILE + _in(CRAWLS, "test_guards.py", "test_a_stall_ends_the_run")),
    Row(24, "endless and huge bodies, bombs", "cut at the cap, memory flat",
        _in(FETCHING, "test_limits.py", "test_large_bodies_are_cut_at_the_cap",
            "test_compression_bombs_are_cut_at_the_decoded_size", "test_memory_stays_flat_under_bombs") + HOSTILE),
    Row(25, "short bodies, resets, bad TLS", "retried, then failed by name, nothing stored",
        _in(FETCHING, "test_limits.py", "test_cut_responses_are_tried_three_times", "test_short_bodies_are_data_loss",
            "test_bad_certificates_are_refused_unless_the_setting_says_otherwise") + HOSTILE),
    Row(26, "redirects elsewhere", "refused, nobody connected", _in(FETCHING, "test_target_guard.py") + HOSTILE),
    Row(27, "private names, rebinding", "refused at connect",
        _in(FETCHING, "test_address_guard.py")
        + _in(FETCHING, "test_target_guard.py", "test_an_allowed_host_with_a_private_address_is_refused_at_connect",
              "test_a_name_that_turns_private_is_refused_and_the_checked_address_is_the_one_used",
              "test_scrapys_own_handler_checks_the_address_it_connects_to")),
    Row(28, "foreign photo host", "counted, shown by status, not fetched",
        _in(PAGES, "test_json_values.py", "test_refused_photo_urls") + CHANGED),
    Row(29, "refusals", "blocked by name; removes nothing; rests; others go on",
        _in(PAGES, "test_refusals.py") + _in(CRAWLS, "test_breaker.py") + HOSTILE
        + _in(CRAWLS, "test_endings.py", "test_a_refusal_removes_nothing",
              "test_a_blocked_home_is_not_requested_again_before_the_cooldown")
        + _in(CRAWLS, "test_all_crawl.py", "test_a_refusing_source_does_not_affect_the_others")),
    Row(30, "layout change", "named field, page kept, never \"0 photos, done\"",
        _in(PAGES, "test_fuzz.py") + _in(UNIT, "storage/test_unread_pages.py") + CHANGED),
    Row(31, "fewer photos than claimed", "shown, counts against completeness",
        _in(STORAGE, "test_reconcile.py", "test_an_unchanged_store_is_clean") + CHANGED),
    Row(32, "hostile names", "inside the store, unique", _in(STORAGE, "test_paths.py")),
    Row(33, "planted links", "refused", _in(STORAGE, "test_paths.py", "test_planted_symlinks_are_refused")),
    Row(34, "shapes of lists", "rows or named errors",
        _in(HOMES, "test_read_addresses.py") + _in(HOMES, "test_usage_errors.py")),
    Row(35, "formula cells", "neutral in CSV, exact in JSON",
        _in(CRAWLS, "test_feeds.py") + _in(UNIT, "test_exporters.py")
        + _in(HOMES, "test_read_addresses.py", "test_formula_cells_in_other_columns_are_kept_as_they_are")),
    Row(36, "script in scraped text", "data in JSON; the HTML report comes later",
        _in(VIEWS, "test_json_files.py", "test_hostile_texts_come_out_as_data")),
    Row(37, "depth and size of pages", "failed by name, bounded", _in(PAGES, "test_hostile.py")),
    Row(38, "address spellings", "one key a home", _in(HOMES, "test_same_home.py")),
    Row(39, "very many photos", "memory does not grow with them", _in(FAULTS, "test_memory.py")),
    Row(40, "clock jumps, stands still", "as if it were right", _in(FAULTS, "test_clock.py",
                                                                     "test_a_crawl_with_a_wrong_clock_gives_the_same_result")),
    Row(41, "worker dies, hangs, is held up past its lease", "taken over, finished once, slot free",
        _in(SCRAPYD, "test_jobs.py", "test_a_crawl_that_hangs_is_killed_and_its_slot_is_free",
            "test_kill_everything_and_resume_at_a_new_daemon")
        + _in(FAULTS, "test_clock.py",
              "test_a_run_suspended_past_its_leases_loses_its_visits_and_changes_nothing")),
    Row(42, "Redis away, restarted, flushed", "", absent=LATER_JOBS),
    Row(43, "hostile queue message", "", absent=LATER_JOBS),
    Row(44, "job that cannot run", "slot free, the next job runs",
        _in(SCRAPYD, "test_service.py", "test_a_job_id_with_path_traversal_costs_no_slot",
            "test_reading_standard_input_blocks_no_slot")
        + _in(SCRAPYD, "test_jobs.py", "test_a_crawl_that_hangs_is_killed_and_its_slot_is_free")),
    Row(45, "cancel: pending, running, twice, ended, stuck", "right state each time, no orphan process",
        _in(SCRAPYD, "test_jobs.py", "test_cancel_and_schedule_again",
            "test_a_crawl_that_hangs_is_killed_and_its_slot_is_free")),
    Row(46, "API abuse", "401 or 404, nothing scheduled, others served; our own API comes later",
        _in(SCRAPYD, "test_service.py", "test_without_the_password_nothing_is_answered",
            "test_a_request_that_never_ends_blocks_no_other", "test_a_job_id_with_path_traversal_costs_no_slot",
            "test_production_accepts_no_code")),
    Row(47, "scrapyd stopped, killed alone, killed with jobs", "no crawl left behind, work goes on",
        _in(SCRAPYD, "test_jobs.py", "test_kill_the_daemon_alone", "test_kill_everything_and_resume_at_a_new_daemon",
            "test_stop_the_daemon_and_resume_under_the_same_job_id",
            "test_a_crawl_that_does_not_stop_is_killed_with_the_daemon")),
    Row(48, "deploy as egg", "templates inside, data outside, runs as from a checkout",
        _in(SCRAPYD, "test_jobs.py", "test_deploy_and_run_to_the_end",
            "test_the_egg_holds_the_package_and_nothing_else")
        + _in(SCRAPYD, "test_document.py", "test_the_commands_run")),
    Row(49, "four workers, one list", "each visit once, as one worker alone",
        _in(CRAWLS, "test_concurrent_crawls.py", "test_four_crawls_do_each_visit_once")),
    Row(50, "extension wiring", "each has an effect, which goes with it", _in(FAULTS, "test_wiring.py")),
    Row(51, "a resumed run is killed", "as 1; the next run writes its record",
        _in(FAULTS, "test_resumed.py", "test_a_killed_resumed_run_loses_nothing") + _in(STORAGE, "test_killed_runs.py")
        + _in(CRAWLS, "test_user_files.py", "test_a_killed_run_has_its_record_after_the_next_one")),
    Row(52, "a resumed run gets one SIGTERM or Ctrl-C", "ends by itself with 3, as 7",
        _in(FAULTS, "test_resumed.py", "test_one_signal_stops_a_resumed_run",
            "test_a_visit_taken_over_by_another_run_does_not_block_the_end")),
    Row(53, "the disk fills or fails in a resumed run", "ends by itself with 3, as 3 and 5",
        _in(FAULTS, "test_resumed.py", "test_a_failing_or_full_disk_stops_a_resumed_run")),
    Row(54, "a bound or a failing pipeline ends a resumed run", "ends by itself with 3, or 1 by name",
        _in(FAULTS, "test_resumed.py", "test_a_resource_limit_stops_a_resumed_run", "test_a_stall_stops_a_resumed_run",
            "test_scrapys_own_limits_stop_a_resumed_run",
            "test_a_failing_pipeline_fails_its_visit_and_the_run_still_ends")),
    Row(55, "random stops of first and resumed runs", "end in 10 s, nothing lost, as an undisturbed run",
        _in(FAULTS, "test_random_stops.py")),
    Row(56, "hard links fail, in any way", "a copy; true trouble meets the copy too",
        _in(STORAGE, "test_files.py", "test_however_a_link_fails_a_copy_is_made",
            "test_a_real_disk_error_fails_the_copy_too")
        + _in(FAULTS, "test_resumed.py", "test_a_crawl_without_hard_links_stops_and_resumes")),
    Row(57, "files edited, added or deleted by a person", "theirs stays by name, ours comes back, the store is whole",
        _in(VIEWS, "test_user_files.py") + _in(CRAWLS, "test_user_files.py")),
    Row(58, "catalogue lost beside its pictures", "noticed before anything is asked for",
        _in(CRAWLS, "test_user_files.py", "test_a_lost_catalogue_is_noticed_before_any_request",
            "test_starting_with_a_new_catalogue_is_possible")),
    Row(59, "folder that cannot be written", "status and reconcile answer; crawl and repair say so",
        _in(FAULTS, "test_read_only.py")),
    Row(60, "browser dies: browser, driver, renderer", "replaced, the page tried again; given up by name",
        _in(BROWSER, "test_failing_browsers.py",
            "test_a_killed_browser_is_replaced_and_its_page_tried_again",
            "test_a_browser_that_keeps_failing_is_left_alone")),
    Row(61, "browser or page hangs", "killed, replaced; the others go on",
        _in(BROWSER, "test_failing_browsers.py", "test_a_frozen_browser_is_killed_and_replaced",
            "test_a_page_that_never_answers_is_a_timeout_and_the_browser_goes_on")),
    Row(62, "browser absent or unable to start", "a sentence, visits end by name, the others go on",
        _in(BROWSER, "test_failing_browsers.py", "test_one_that_cannot_start_is_told_in_a_sentence",
            "test_without_any_chromium_the_sentence_says_what_to_install",
            "test_without_the_extra_or_the_permission_the_sentence_says_so")
        + _in(BROWSER, "test_browser_crawl.py",
              "test_a_browser_that_cannot_start_ends_its_visits_by_name_and_the_others_go_on")),
    Row(63, "crawl with a browser ended, killed", "no process left",
        _in(BROWSER, "test_browser_crawl.py", "test_no_process_outlives_the_crawl")),
    Row(64, "hostile page in the browser", "nothing but its own sites is reached",
        _in(BROWSER, "test_guarded_pages.py")),
)  # fmt: skip
