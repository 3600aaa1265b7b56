{#-
  The relations that an analysis scans, each with the SQL that tells the cohort of a row: its side where relations or
  values of a column tell sides apart, else a typed null.

  resolved: as resolve_metric_analysis returns it.
  relation, baseline: the relations it reads; baseline is none unless another relation is the baseline.
  Returns a list of {'relation', 'cohort'}.
-#}
{%- macro metric_scans(resolved, relation, baseline) -%}
  {%- if baseline is none -%}
    {{ return([{'relation': relation, 'cohort': whence.metric_cohort(resolved)}]) }}
  {%- endif -%}
  {{ return([{'relation': baseline, 'cohort': "'baseline'"}, {'relation': relation, 'cohort': "'current'"}]) }}
{%- endmacro -%}
