{#-
  Identities as the search found them, read back.

  identities: relation of int_metric_change__identity_candidates or int_metric_change__identities.
  where: SQL predicate.
  rank: its column of ranks.
  Returns a dict of analysis to a list of dicts: metric, parent_metric, identity, form, constant, terms (list of {'name',
  'power'}), rank; in the order of metric and rank.
-#}
{%- macro metric_identity_rows(identities, where='true', rank='identity_rank') -%}
  {%- set found = {} -%}
  {%- if execute and load_relation(identities) is not none -%}
    {%- set query -%}
select analysis, metric, parent_metric, identity, form, constant, terms, {{ rank }}
from {{ identities }}
where {{ where }}
order by analysis, metric, {{ rank }}
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
      {%- do found.setdefault(row[0], []).append({
        'metric': row[1], 'parent_metric': row[2], 'identity': row[3], 'form': row[4], 'constant': row[5] | float,
        'terms': fromjson(row[6]), 'rank': row[7] | int,
      }) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro -%}
