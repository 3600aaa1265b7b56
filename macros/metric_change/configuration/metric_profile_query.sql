{#-
  Rows of a profile as dicts, for what an analysis leaves out.

  profile: what stands behind from: relation of metric_columns, or a derived table with its columns.
  label: only the rows of this relation; none for all.
  Returns a list of dicts with column_name, data_type, role, is_suggested, numeric_share, n_distinct and n_rows, in column order.
-#}
{%- macro metric_profile_query(profile, label=none) -%}
  {%- set query -%}
select column_name, data_type, role, case when is_suggested then 1 else 0 end as is_suggested, numeric_share, n_distinct, n_rows
from {{ profile }}
{% if label is not none %}where relation = {{ whence.text_literal(label) }}{% endif %}
order by position
  {%- endset -%}
  {%- set rows = [] -%}
  {%- for row in run_query(query).rows -%}
    {%- do rows.append({
      'column_name': row[0] | string, 'data_type': row[1], 'role': row[2], 'is_suggested': row[3] == 1,
      'numeric_share': row[4], 'n_distinct': row[5], 'n_rows': row[6],
    }) -%}
  {%- endfor -%}
  {{ return(rows) }}
{%- endmacro -%}
