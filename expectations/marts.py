"""What people will read: may yesterday's marts be replaced by these?

Every published model is measured by itself, from dbt's manifest: a new mart needs no line here.
dbt's tests have judged each model against its inputs; here stands what only a reader would notice:
a mart that came out empty, shrank over night, leaks an address or speaks of tomorrow.
"""

from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from mackerel_cs.check.evidence import Boundary, Evidence

# Under this many rows a share is an accident of small numbers.
ROWS_TO_JUDGE = 100
# History does not shrink. A tenth may go where late events move rows or an organization is erased.
LEAST_KEPT = 0.90
# More than this over night is a join that multiplies rows, or a backfill somebody knows of.
MOST_GROWN = 2.0
# These hold what is so today, not what was: they may shrink to nothing, and that is good news.
OF_THE_MOMENT = (
    "customer_success.call_list",
    "observability.fct_state_differences",
)
# Made from seeds and from the log itself: empty only where something is broken.
NEVER_EMPTY = (
    "core.dim_dates",
    "core.dim_event_types",
    "core.dim_plans",
    "observability.fct_event_registry",
    "observability.fct_line_counts",
    "observability.fct_source_freshness",
)
# What landed must reach its readers: from so many accepted lines of a type on, its mart has rows.
LINES_THAT_MUST_SHOW = 100
FED_BY = {
    "core.dim_organizations": "io.mackerel.console.organization.created",
    "core.dim_users": "io.mackerel.console.user.joined",
    "core.dim_hosts": "io.mackerel.metering.host.reported",
    "core.fct_alerts": "io.mackerel.webhook.alert",
    "core.fct_events_daily": "io.mackerel.metering.host.reported",
    "core.fct_host_days": "io.mackerel.metering.host.reported",
    "core.fct_support_tickets": "com.zendesk.ticket.created",
    "core.fct_touches": "io.mackerel.cre.touch.logged",
    "customer_success.fct_onboarding_milestones": "io.mackerel.console.organization.created",
    "customer_success.fct_organization_days": "io.mackerel.console.organization.created",
    "customer_success.fct_value_delivered": "io.mackerel.console.organization.created",
}
# Column names that people's data goes by; ids are not among them.
PERSONAL_NAMES = (
    r"(?:^|_)(?:e?mail|mail_address|screen_name|first_name|last_name|full_name|user_name|person_name"
    r"|phone|ip_address|password|comment|subject|query)(?:$|_text$|_address$)"
)
# Dates that may lie ahead: a plan, a deadline, a period's end. All others tell what has happened.
AHEAD = (
    r"(expected|due|after|deadline|counted_from|until|expir|effective|valid_to|month_end|next"
    r"|planned)"
)
# States end with the as-of date, the last complete one. These list what happened, the incomplete
# date too, and run on to the log's own end: a date more for a business zone ahead of the folders'
# UTC, and one more for producers' clocks.
OF_THE_LOG = r"^(observability\.|core\.fct_(alerts|events_daily|support_tickets|touches)$)"
LOG_DAYS_AHEAD = 2
# Differences of money may be negative, amounts may not.
SIGNED_MONEY = r"(change|delta|difference|movement|net_)"


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


_FED_BY = ", ".join(f"('{mart}', '{event_type}')" for mart, event_type in FED_BY.items())

MARTS = Evidence(
    name="marts",
    holds="a row a mart that is about to be published.",
    key=("mart",),
    sql=f"""
        with fed_by (mart, event_type) as (
            values {_FED_BY}
        ),
        fed as (
            select
                fed_by.mart,
                cast(coalesce(sum(landed.line_count), 0) as bigint) as fed_line_count
            from fed_by
            left join landed_lines as landed
                on fed_by.event_type = landed.event_type and landed.outcome = 'accepted'
            group by fed_by.mart
        )
        select
            mart_rows.*,
            mart_rows.row_count > 0
            or not (
                mart_rows.mart in ({_list(NEVER_EMPTY)})
                or coalesce(fed.fed_line_count, 0) >= {LINES_THAT_MUST_SHOW}
            ) as is_filled,
            case
                when
                    mart_rows.previous_row_count >= {ROWS_TO_JUDGE}
                    and mart_rows.mart not in ({_list(OF_THE_MOMENT)})
                    then mart_rows.row_count / mart_rows.previous_row_count
            end as share_of_previous
        from mart_rows
        left join fed on mart_rows.mart = fed.mart
        order by mart_rows.mart
    """,
    expectations=(
        gxe.ExpectTableRowCountToBeBetween(
            min_value=1,
            description="There is at least one mart to publish.",
            notes="Models below models/marts with access public are marts.",
        ),
        gxe.ExpectColumnValuesToBeInSet(
            column="is_built",
            value_set=[True],
            description="Every mart of the project is in the warehouse.",
            notes="Run `mackerel-cs build`: the last run left it out.",
        ),
        gxe.ExpectColumnValuesToBeInSet(
            column="is_filled",
            value_set=[True],
            description="Marts made from seeds and the log have rows, and what landed shows in the "
            "mart it feeds.",
            notes="Follow the mart upstream in the lineage graph to the first empty model.",
        ),
        gxe.ExpectColumnValuesToNotMatchRegex(
            column="key_columns",
            regex="^$",
            description="Every mart names its primary key.",
            notes="Give the model a primary_key test that names the columns of its grain.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="repeated_key_count",
            max_value=0,
            description="No primary key stands twice in a mart.",
            notes="A join multiplies rows, or the warehouse was changed after its tests: "
            "run `mackerel-cs build`.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="null_key_count",
            max_value=0,
            description="No row of a mart lacks a part of its primary key.",
            notes="The warehouse was changed after its tests: run `mackerel-cs build`.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="share_of_previous",
            min_value=LEAST_KEPT,
            description=f"A mart keeps at least {LEAST_KEPT:.0%} of the rows published last.",
            notes="Compare with what is published: which organizations or dates are gone? If the "
            "change is wanted, run with --accept-change.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="share_of_previous",
            max_value=MOST_GROWN,
            severity="warning",
            description=f"No mart has more than {MOST_GROWN:g} times the rows published last.",
            notes="A backfill explains it; otherwise look for a join that multiplies rows.",
        ),
    ),
)

COLUMNS = Evidence(
    name="mart_columns",
    holds="a row a column of a mart, those published last included.",
    key=("mart", "column_name"),
    sql=f"""
        select
            mart_columns.mart,
            mart_columns.column_name,
            mart_columns.data_type is not null as is_there,
            mart_columns.address_count,
            case
                when
                    regexp_matches(mart_columns.column_name, '_(jpy|yen)$')
                    and not regexp_matches(mart_columns.column_name, '{SIGNED_MONEY}')
                    then mart_columns.least_number
            end as least_amount,
            -- A calendar runs ahead by right.
            case
                when
                    mart_columns.mart != 'core.dim_dates'
                    and not regexp_matches(mart_columns.column_name, '{AHEAD}')
                    then date_diff('day', case
                        when regexp_matches(mart_columns.mart, '{OF_THE_LOG}')
                            then greatest(
                                as_of.as_of_date, as_of.last_landed_date + {LOG_DAYS_AHEAD}
                            )
                        else as_of.as_of_date
                    end, mart_columns.greatest_date)
            end as days_ahead,
            mart_columns.previous_filled_count >= {ROWS_TO_JUDGE}
            and mart_columns.filled_count = 0
            and mart_columns.mart not in ({_list(OF_THE_MOMENT)}) as is_emptied
        from mart_columns
        cross join as_of
        order by mart_columns.mart, mart_columns.column_name
    """,
    expectations=(
        gxe.ExpectColumnValuesToBeBetween(
            column="address_count",
            max_value=0,
            description="No cell of a mart holds a mail address.",
            notes="Take the column out of the mart: people's data stays in staging.",
        ),
        gxe.ExpectColumnValuesToNotMatchRegex(
            column="column_name",
            regex=PERSONAL_NAMES,
            row_condition=Column("is_there") == True,  # noqa: E712  (a condition, not a truth)
            description="No column of a mart is named like people's data.",
            notes="Take the column out of the mart, or give it the name of what it really holds.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="least_amount",
            min_value=0,
            description="Money is never negative.",
            notes="Look for the row in the mart; a difference of money is named change or delta.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="days_ahead",
            max_value=0,
            description="No state lies after the as-of date of the build, no event after the log.",
            notes="The model lets an incomplete date in: filter by int_as_of. A date that may lie "
            "ahead is named so (expected, due, after, until).",
        ),
        gxe.ExpectColumnValuesToBeInSet(
            column="is_emptied",
            value_set=[False],
            description="No column that was filled when published last is empty now.",
            notes="A producer's field was renamed or a join finds nothing any more: compare "
            "observability.fct_event_fields of both builds.",
        ),
        gxe.ExpectColumnValuesToBeInSet(
            column="is_there",
            value_set=[True],
            severity="warning",
            description="Every column that was published is still there.",
            notes="Readers' queries will fail: tell them, and note it in the CHANGELOG.",
        ),
    ),
)

SPINE = Evidence(
    name="organization_spine",
    holds="a row an organization: its dates in fct_organization_days against its life.",
    key=("organization_id",),
    sql="""
        with days as (
            select
                organization_id,
                min(state_date) as first_date,
                max(state_date) as last_date,
                count(*) as date_count
            from customer_success.fct_organization_days
            group by organization_id
        )
        select
            coalesce(organizations.organization_id, days.organization_id) as organization_id,
            organizations.organization_id is not null as is_known,
            -- One that only a snapshot or a name tells of has dates from its first event on.
            days.organization_id is not null or organizations.creation_evidence != 'event'
                as has_dates,
            date_diff('day', days.first_date, days.last_date) + 1 - days.date_count
                as missing_date_count,
            date_diff('day', days.last_date, least(
                coalesce(organizations.ended_date, organizations.as_of_date),
                organizations.as_of_date
            )) as days_short
        from core.dim_organizations as organizations
        full join days on organizations.organization_id = days.organization_id
        order by 1
    """,
    expectations=(
        gxe.ExpectColumnValuesToBeInSet(
            column="is_known",
            value_set=[True],
            description="Every organization with dates stands in dim_organizations.",
            notes="Compare int_organization_spine with dim_organizations.",
        ),
        gxe.ExpectColumnValuesToBeInSet(
            column="has_dates",
            value_set=[True],
            description="Every organization that was created has its dates.",
            notes="The spine lost organizations: compare int_organizations with "
            "int_organization_spine.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="missing_date_count",
            min_value=0,
            max_value=0,
            description="No date is missing between an organization's first and last.",
            notes="A join dropped dates of the spine: look at fct_organization_days' inner joins.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="days_short",
            min_value=0,
            max_value=0,
            description="An organization's dates run to the as-of date, or to its end.",
            notes="Compare ended_date in dim_organizations with the last date of the spine.",
        ),
    ),
)

BOUNDARY = Boundary(
    name="marts",
    title="What people will read",
    evidence=(MARTS, COLUMNS, SPINE),
)
