{#-
  A profile of every column of a relation: what it holds and what it can serve as. The values of each column are
  counted, everything else is worked out from the counts.

  A table is scanned once per column, which takes less time and memory than to group by all columns in one scan. A view
  may be dear to read: it is read once.

  relation: the relation.
  label: its name in the output.
  Columns: those of metric_columns (docs/metric_change.md). No select at all ('') where the relation has no columns yet.
-#}
{%- macro metric_columns(relation, label) -%}
{%- set columns = adapter.get_columns_in_relation(relation) -%}
{%- if columns -%}
{%- set stored = load_relation(relation) -%}
{%- set is_table = stored is not none and stored.type == 'table' -%}
{%- set texts, others = [], [] -%}
{%- for column in columns -%}
  {%- set value = dict(whence.metric_column_values(column), position=loop.index) -%}
  {%- do (others if 'is_date' in value else texts).append(value) -%}
{%- endfor -%}
{%- set values = texts + others -%}
with relation_rows as (

    select * from {{ relation }}

),
{% for value in values %}
counts_{{ value.position }} as {{ whence.materialized() }}(

    select
        {{ value.key }} as column_key,
        count(*) as n
    from {{ relation if is_table else 'relation_rows' }}
    group by 1

),
{% endfor %}
text_values as (
    {% for value in texts %}
    select
        {{ value.position }} as position,
        {{ value.text }} as column_value,
        n
    from counts_{{ value.position }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    {{ whence.empty_select({'position': 'integer', 'column_value': whence.type_text(), 'n': 'bigint'}) }}
    {%- endfor %}

),

judged as (

    select
        position,
        column_value,
        n,
        case when {{ whence.is_blank('column_value') }} then 1 else 0 end as is_blank,
        {{ whence.parse_number('column_value') }} as number_value,
        case when {{ whence.regex_matches('column_value', '^[0-9]+$') }} then 1 else 0 end as is_digits,
        case
            when {{ whence.regex_matches('column_value', '^\\s*[0-9]{4}') }}
                then case when {{ whence.parse_date('column_value') }} is not null then 1 else 0 end
            else 0
        end as is_date,
        case when {{ whence.regex_matches('column_value', '[^ ] [^ ]') }} then 1 else 0 end as has_space
    from text_values
    {%- for value in others %}
    union all
    select
        {{ value.position }} as position,
        {{ value.text }} as column_value,
        n,
        0 as is_blank,
        {{ value.number_value }} as number_value,
        0 as is_digits,
        case when {{ value.is_date }} then 1 else 0 end as is_date,
        0 as has_space
    from counts_{{ value.position }}
    {%- endfor %}

),

top_values as (
    {% for value in values %}
    select * from (
        select
            {{ value.position }} as position,
            {{ value.text }} as column_value,
            n
        from counts_{{ value.position }}
        where {{ value.text }} is not null
        order by n desc, {{ whence.text_order(value.text) }}
        limit 5
    ) as top_{{ value.position }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

top_pairs as (

    select
        position,
        string_agg(
            '[' || {{ whence.json_string('column_value') }} || ', ' || cast(n as {{ whence.type_text() }}) || ']',
            ', ' order by n desc, {{ whence.text_order('column_value') }}
        ) as top_pairs
    from top_values
    group by 1

),

names as (
    {% for column in columns %}
    select
        {{ loop.index }} as position,
        {{ whence.text_literal(column.name) }} as column_name,
        {{ whence.text_literal(column.name | lower) }} as lower_name,
        {{ whence.text_literal(whence.type_family(column.dtype)) }} as data_type
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

measured as (

    select
        position,
        sum(n) as n_rows,
        count(column_value) as n_distinct,
        sum(case when column_value is null then n else 0 end) as n_null,
        sum(case when column_value is not null and is_blank = 1 then n else 0 end) as n_blank,
        sum(case when is_blank = 0 and number_value is not null then n else 0 end) as n_number,
        sum(n * is_digits) as n_digits,
        max(number_value) - min(number_value) + 1 as number_span,
        sum(case when is_blank = 0 then n * is_date else 0 end) as n_date,
        sum(case when is_blank = 0 then n * has_space else 0 end) as n_space
    from judged
    group by 1

),

profiled as (

    select
        names.*,
        coalesce(measured.n_rows, 0) as n_rows,
        coalesce(measured.n_distinct, 0) as n_distinct,
        measured.n_null,
        measured.n_blank,
        measured.n_number,
        measured.n_digits,
        measured.number_span,
        measured.n_date,
        measured.n_space,
        top_pairs.top_pairs
    from names
    left join measured on names.position = measured.position
    left join top_pairs on names.position = top_pairs.position

),

shares as (

    select
        *,
        n_rows - n_null - n_blank as n_valued,
        {{ whence.safe_divide('n_number', 'n_rows - n_null - n_blank') }} as numeric_share,
        {{ whence.safe_divide('n_date', 'n_rows - n_null - n_blank') }} as date_share,
        {{ whence.regex_matches(
            'column_name',
            '(^|[_ ])([iI][dD]|no|nr|num|number|code|key|zip|postcode|postal|sku|phone|uuid|guid|ean|isbn)$|[a-z](Id|ID|No|Key|Code|Number)$'
        ) }} as is_code_name,
        {{ whence.regex_matches(
            'lower_name',
            '(quantity|qty|amount|price|revenue|sales|cost|value|total|units|count|cnt|balance|spend|profit|margin|income|fee|tax'
            ~ '|discount|weight|score|rate|duration|volume|sum|avg|casual|registered|visits|clicks|sessions|orders|views|users|hours|minutes)'
        ) }} as is_measure_name,
        {{ whence.regex_matches('lower_name', '(date|day|month|week|time|dt|period)') }} as is_time_name
    from profiled

),

roles as (

    select
        *,
        case
            when n_rows > 0 and n_distinct <= 1 then 'constant'
            when data_type in ('date', 'timestamp', 'timestamptz') then 'time'
            when data_type = 'text' and date_share >= 0.9 then 'time'
            when data_type = 'integer' and date_share >= 0.99 and is_time_name then 'time'
            when data_type = 'boolean' then 'dimension'
            when data_type in ('integer', 'decimal', 'double') or data_type = 'text' and numeric_share >= 0.9 then
                case
                    -- text such as 1,234.50 or (100) is an amount, whatever its name
                    when data_type = 'text' and n_digits < n_number then 'measure'
                    when is_code_name and n_distinct * 5 <= n_rows and n_distinct <= 100 then 'dimension'
                    when is_code_name then 'identifier'
                    when data_type in ('integer', 'text') and not is_measure_name and n_rows > 0 and n_distinct * 10 <= n_rows
                        and n_distinct <= 31
                        then 'dimension'
                    -- numbered through: every whole number of a range, once
                    when data_type in ('integer', 'text') and not is_measure_name and n_distinct = n_valued and n_rows >= 20
                        and number_span = n_distinct
                        then 'identifier'
                    else 'measure'
                end
            when data_type = 'text' then
                case
                    when n_rows = 0 then 'dimension'
                    when is_code_name and n_distinct * 5 <= n_rows and n_distinct <= 100 then 'dimension'
                    when is_code_name then 'identifier'
                    when n_valued >= 20 and n_distinct * 2 > n_valued then
                        case when n_space * 2 > n_valued then 'text' else 'identifier' end
                    when n_distinct > 1000 then case when n_space * 2 > n_valued then 'text' else 'identifier' end
                    else 'dimension'
                end
            else 'text'
        end as role
    from shares

),

suggested as (

    select
        *,
        row_number() over (
            partition by role
            order by
                case
                    when role = 'time' and data_type in ('text', 'integer') then 1
                    when role = 'dimension' and n_rows > 0
                        and (n_distinct > case when is_code_name then 50 else 200 end or n_distinct < 2 or n_valued * 2 < n_rows)
                        then 1
                    else 0
                end,
                position
        ) as role_rank
    from roles

)

select
    {{ whence.text_literal(label) }} as relation,
    column_name,
    data_type,
    role,
    cast(n_rows as bigint) as n_rows,
    cast(n_distinct as bigint) as n_distinct,
    {{ whence.safe_divide('n_null', 'n_rows') }} as null_share,
    {{ whence.safe_divide('n_blank', 'n_rows') }} as blank_share,
    numeric_share,
    date_share,
    '[' || coalesce(top_pairs, '') || ']' as top_values,
    case
        when role = 'time' then role_rank = 1
        when role = 'dimension'
            then role_rank <= 6
                and (n_rows = 0 or n_distinct between 2 and case when is_code_name then 50 else 200 end and n_valued * 2 >= n_rows)
        else role = 'measure'
    end as is_suggested,
    cast(position as integer) as position
from suggested
{%- endif -%}
{%- endmacro -%}
