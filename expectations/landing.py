"""What landed: is the log whole, is it the one we know, is enough of it believed?

dbt's tests hold the landing models to their rules row by row. Here stand the questions that no row
can answer: volumes, vocabularies, holes, and what changed since the last publication.
"""

from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from mackerel_cs.check.evidence import Boundary, Evidence

# Below this many lines a share is an accident of small numbers: a first try with a dozen payloads,
# half of them broken on purpose, is no broken producer.
LINES_TO_JUDGE = 1_000
# Producers break some lines always (the simulator: under 1 %); a fifth of a source unreadable is a
# changed format or a cut transfer, and marts made from the rest would show customers as silent.
MOST_QUARANTINED = 0.20
# At-least-once delivery repeats a few per cent; more than half means somebody replays the log.
MOST_DUPLICATES = 0.50
# Events are never taken back: the log only grows, but for an erasure, which is far smaller.
LEAST_KEPT = 0.95
# A producer's new event type starts small; from here on the registry lags behind its producers.
MOST_UNREGISTERED = 0.01
# A day of the log under a fifth of its week's middle is an outage of ours rather than a holiday:
# machines post on holidays too (metering and alerts are most of the lines).
LEAST_OF_USUAL_DAY = 0.20

LOG = Evidence(
    name="landed_log",
    holds="the raw log as a whole, one row.",
    key=("raw_log",),
    sql="""
        with now as (
            select
                cast(coalesce(sum(line_count), 0) as bigint) as line_count,
                cast(coalesce(sum(line_count) filter (outcome = 'accepted'), 0) as bigint)
                    as accepted_count
            from landed_lines
        ),
        before as (
            select cast(sum(accepted_count) as bigint) as accepted_count from previous_files
        )
        select
            'all files' as raw_log,
            now.line_count,
            now.accepted_count,
            before.accepted_count as previous_accepted_count,
            now.accepted_count / before.accepted_count as kept_share
        from now
        cross join before
    """,
    expectations=(
        gxe.ExpectColumnValuesToBeBetween(
            column="accepted_count",
            min_value=1,
            description="At least one line of the raw log is accepted.",
            notes="Nothing could be read: look at observability.fct_line_counts for the reasons, "
            "and whether MACKEREL_CS_RAW names the right folder.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="kept_share",
            min_value=LEAST_KEPT,
            description=f"At least {LEAST_KEPT:.0%} of the events published last are still there.",
            notes="Restore the raw files that are gone or cut (landed_files names them). If the "
            "log was changed on purpose, run with --accept-change.",
        ),
    ),
)

FILES = Evidence(
    name="landed_files",
    holds="a row a raw file, of this build or of the one published last.",
    key=("file_path",),
    sql="""
        with landed as (
            select
                file_path,
                cast(sum(line_count) as bigint) as line_count
            from landed_lines
            group by file_path
        )
        select
            coalesce(files.file_path, previous.file_path) as file_path,
            files.file_path is not null as is_there,
            files.file_problem,
            files.line_count as file_line_count,
            case when files.file_path is not null then coalesce(landed.line_count, 0) end
                as landed_line_count,
            case when files.file_path is not null then previous.line_count end
                as previous_line_count,
            files.line_count < previous.line_count as is_shorter
        from landing.land_files as files
        left join landed on files.file_path = landed.file_path
        full join previous_files as previous on files.file_path = previous.file_path
        order by 1
    """,
    expectations=(
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="file_line_count",
            column_B="landed_line_count",
            ignore_row_if="both_values_are_missing",
            description="Every line of every file has an outcome: none is lost, none made up.",
            notes="Run `mackerel-cs build --full-refresh`. If it stays, a file changes while it is "
            "read, or landing has a defect.",
        ),
        gxe.ExpectColumnValuesToBeInSet(
            column="is_there",
            value_set=[True],
            severity="warning",
            description="Every file that was published is still in the log.",
            notes="The log is append-only: restore the file, or know why it went (an erasure).",
        ),
        gxe.ExpectColumnValuesToBeInSet(
            column="is_shorter",
            value_set=[False],
            severity="warning",
            description="No file has fewer lines than when it was published.",
            notes="The log is append-only: restore the file, or know why it shrank (an erasure).",
        ),
        gxe.ExpectColumnValuesToBeNull(
            column="file_problem",
            severity="warning",
            description="Every file could be read as it lies.",
            notes="What was readable is in; ask the collector to deliver the file again, whole.",
        ),
    ),
)

SOURCES = Evidence(
    name="landed_sources",
    holds="a row a producer (CloudEvents source), its lines by outcome.",
    key=("event_source",),
    sql="""
        with counted as (
            select
                coalesce(event_source, '(none)') as event_source,
                cast(sum(line_count) as bigint) as line_count,
                cast(coalesce(sum(line_count) filter (outcome = 'accepted'), 0) as bigint)
                    as accepted_count,
                cast(coalesce(sum(line_count) filter (outcome = 'duplicate'), 0) as bigint)
                    as duplicate_count,
                cast(coalesce(sum(line_count) filter (outcome = 'quarantined'), 0) as bigint)
                    as quarantined_count,
                cast(
                    coalesce(sum(unidentified_count) filter (outcome != 'quarantined'), 0) as bigint
                ) as unidentified_count
            from landed_lines
            group by 1
        ),
        registered as (
            select distinct event_source from core.event_registry
        ),
        total as (
            select sum(line_count) as line_count from counted
        )
        select
            counted.*,
            accepted_count + duplicate_count + quarantined_count as outcome_count,
            -- Lines too broken to name their source are judged against the whole log.
            quarantined_count / case
                when counted.event_source = '(none)' then total.line_count
                else counted.line_count
            end as quarantined_share,
            duplicate_count / counted.line_count as duplicate_share,
            -- A source that never had a line accepted is a broken line's word, not a producer.
            registered.event_source is not null or accepted_count = 0 as is_registered
        from counted
        cross join total
        left join registered on counted.event_source = registered.event_source
        order by 1
    """,
    expectations=(
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="line_count",
            column_B="outcome_count",
            description="Accepted, duplicate and quarantined lines add up to the lines read.",
            notes="Landing has a defect: an outcome of another name. Do not publish.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="unidentified_count",
            max_value=0,
            description="Every line that is believed has an id, a source, a type and a time.",
            notes="Landing let a line pass that nobody can identify: mend land_lines.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="quarantined_share",
            max_value=MOST_QUARANTINED,
            row_condition=Column("line_count") >= LINES_TO_JUDGE,
            description=f"At most {MOST_QUARANTINED:.0%} of a producer's lines are quarantined.",
            notes="observability.fct_line_counts names files and reasons, core.quarantine_reasons "
            "who mends them; deliver the files again once they are right.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="duplicate_share",
            max_value=MOST_DUPLICATES,
            row_condition=Column("line_count") >= LINES_TO_JUDGE,
            severity="warning",
            description=f"At most {MOST_DUPLICATES:.0%} of a producer's lines are repetitions.",
            notes="Nothing is counted twice, but somebody delivers the log again and again.",
        ),
        gxe.ExpectColumnValuesToBeInSet(
            column="is_registered",
            value_set=[True],
            severity="warning",
            description="Every producer is known to the event registry.",
            notes="Its events are kept and counted; register them in seeds/event_registry.csv.",
        ),
    ),
)

TYPES = Evidence(
    name="landed_types",
    holds="a row an event type that the registry does not know.",
    key=("event_type",),
    sql="""
        with accepted as (
            select
                event_type,
                cast(sum(line_count) as bigint) as line_count
            from landed_lines
            where outcome = 'accepted'
            group by event_type
        )
        select
            accepted.event_type,
            accepted.line_count,
            accepted.line_count / (select sum(line_count) from accepted) as line_share
        from accepted
        left join core.event_registry as registry on accepted.event_type = registry.event_type
        where registry.event_type is null
        order by accepted.line_count desc, accepted.event_type
    """,
    expectations=(
        gxe.ExpectColumnValuesToBeBetween(
            column="line_share",
            max_value=MOST_UNREGISTERED,
            severity="warning",
            description=f"No unregistered type is more than {MOST_UNREGISTERED:.0%} of the events.",
            notes="Its events are kept in stg_other__events; register and model it.",
        ),
    ),
)

DATES = Evidence(
    name="landed_dates",
    holds="a row a date from the first arrival to the last, dates without a file too.",
    key=("received_date",),
    sql="""
        with arrivals as (
            select
                received_date,
                cast(sum(line_count) as bigint) as line_count
            from landed_lines
            where outcome != 'quarantined'
            group by received_date
        ),
        dates as (
            select cast(unnest(range(
                min(received_date), max(received_date) + interval 1 day, interval 1 day
            )) as date) as received_date
            from arrivals
        ),
        counted as (
            select
                dates.received_date,
                coalesce(arrivals.line_count, 0) as line_count,
                -- The newest date is still arriving, the first ones have no week before them.
                row_number() over (order by dates.received_date) > 7
                and dates.received_date < max(dates.received_date) over () as is_judged
            from dates
            left join arrivals on dates.received_date = arrivals.received_date
        )
        select
            received_date,
            line_count,
            case when is_judged then line_count / nullif(median(line_count) over (
                order by received_date rows between 7 preceding and 1 preceding
            ), 0) end as share_of_usual
        from counted
        order by received_date
    """,
    expectations=(
        gxe.ExpectColumnValuesToBeBetween(
            column="line_count",
            min_value=1,
            severity="warning",
            description="Something arrived on every date between the first and the last.",
            notes="A gap of ours or of the collector's: deliver the missing dates.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="share_of_usual",
            min_value=LEAST_OF_USUAL_DAY,
            severity="warning",
            description=f"No date brought under {LEAST_OF_USUAL_DAY:.0%} of the week before it.",
            notes="Look which producer fell silent in observability.fct_source_freshness.",
        ),
    ),
)

BOUNDARY = Boundary(
    name="landing",
    title="What landed",
    evidence=(LOG, FILES, SOURCES, TYPES, DATES),
)
