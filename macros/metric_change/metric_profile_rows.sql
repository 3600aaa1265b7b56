{#-
  The profile of a relation, read back for what an analysis leaves out.

  profiles: relation of metric_columns.
  label: name of the relation in it.
  Returns a list of dicts with column_name, data_type, role, is_suggested and numeric_share, in column order.
-#}
{%- macro metric_profile_rows(profiles, label) -%}
  {%- set rows = [] -%}
  {%- if load_relation(profiles) is not none -%}
    {%- set query -%}
select column_name, data_type, role, case when is_suggested then 1 else 0 end as is_suggested, numeric_share
from {{ profiles }}
where relation = {{ whence.text_literal(label) }}
order by position
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
      {%- do rows.append({
        'column_name': row[0] | string, 'data_type': row[1], 'role': row[2], 'is_suggested': row[3] == 1,
        'numeric_share': row[4],
      }) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(rows) }}
{%- endmacro -%}
