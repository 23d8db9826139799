select file_path
from {{ ref('land_files') }}
where {{ is_late_news() }}
union distinct
select file_path
from {{ ref('land_replaced_events') }}
