{#-
  How often every word occurs in the columns of an analysis whose words are counted: one scan, which groups each column
  by its texts, so that a text that repeats is split once.

  resolved: as resolve_metric_analysis returns it.
  relation, baseline: the relations it reads.
  sides: as metric_sides returns it.
  Columns: analysis, side, column_name, word, occurrences. No select at all ('') without such columns.
-#}
{%- macro metric_word_counts(resolved, relation, baseline, sides) -%}
{%- set values = [] -%}
{%- for word in resolved.words -%}
  {%- do values.append({'name': 'text_' ~ loop.index, 'sql': whence.to_text(word.sql, word.data_type)}) -%}
{%- endfor -%}
{%- if values -%}
select
    members.analysis,
    members.side,
    words.column_name,
    words.word,
    cast(sum(words.occurrences) as bigint) as occurrences
from (
    select
        side_no,
        column_name,
        {{ whence.split_words('text_value') }} as word,
        occurrences
    from (
        select
            side_no,
            case
                {%- for word in resolved.words %}
                when grouping(text_{{ loop.index }}) = 0 then {{ whence.text_literal(word.name) }}
                {%- endfor %}
            end as column_name,
            coalesce({{ values | map(attribute='name') | join(', ') }}) as text_value,
            count(*) as occurrences
        from (
            {{ whence.metric_side_rows(resolved, relation, baseline, sides, values) }}
        ) as side_rows
        group by grouping sets (
            {%- for value in values %}(side_no, {{ value.name }}){% if not loop.last %}, {% endif %}{% endfor -%}
        )
    ) as texts
) as words
inner join {{ whence.metric_members(sides) }} as members on words.side_no = members.side_no
where words.word <> ''
group by 1, 2, 3, 4
{%- endif -%}
{%- endmacro -%}
