{#-
  How many rows an analysis has on each date: the narrow scan that tells where its windows lie and what they leave out.

  resolved: as resolve_metric_analysis returns it.
  relation: the relation it reads.
  baseline: the relation of compare.to {relation: ...}, else none.
  Columns: analysis, side (null where windows decide), row_date, records (rows that pass `where` and have a readable
  date or none), filtered_records, unparsed_records.
-#}
{%- macro metric_dates(resolved, relation, baseline=none) -%}
  {%- set time = resolved.time if resolved.has_window else none -%}
  {%- set kept = 'case when ' ~ resolved.where ~ ' then 1 else 0 end' if resolved.where is not none else '1' -%}
select
    {{ whence.text_literal(resolved.name) }} as analysis,
    side,
    row_date,
    sum(case when is_kept = 1 and is_unparsed = 0 then n else 0 end) as records,
    sum(case when is_kept = 0 then n else 0 end) as filtered_records,
    sum(case when is_kept = 1 and is_unparsed = 1 then n else 0 end) as unparsed_records
from (
    select
        side,
        {% if time is none %}cast(null as date){% else %}{{ time.sql | replace(time.raw, 'raw_date') if time.is_text else 'raw_date' }}{% endif %} as row_date,
        {% if time is not none and time.is_text -%}
        case when raw_date is not null and {{ time.sql | replace(time.raw, 'raw_date') }} is null then 1 else 0 end
        {%- else -%} 0 {%- endif %} as is_unparsed,
        is_kept,
        n
    from (
        {%- for scan in whence.metric_scans(resolved, relation, baseline) %}
        select
            {{ scan.cohort }} as side,
            {% if time is none %}cast(null as date){% else %}{{ time.raw if time.is_text else time.sql }}{% endif %} as raw_date,
            {{ kept }} as is_kept,
            count(*) as n
        from {{ whence.metric_rows(resolved, scan.relation) }}
        group by 1, 2, 3
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ) as raw_dates
) as dates
group by 1, 2, 3
{%- endmacro -%}
