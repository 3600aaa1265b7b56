{#-
  The tickers with returns of some categories.

  universe: relation or CTE with the columns of proxy_universe.
  quality: of proxy_quality.
  categories: list; may be empty.
  without: list of tickers to leave out.
  Columns: series.
-#}
{%- macro proxy_category_members(universe, quality, categories, without=[]) -%}
select universe.ticker as series
from {{ universe }} as universe
inner join {{ quality }} as quality on universe.ticker = quality.series
where
    universe.is_active
    and quality.n_months > 0
    {%- if categories %}
    and universe.category in ({{ whence.text_list(categories) }})
    {%- else %}
    and 1 = 0
    {%- endif %}
    {%- if without %}
    and universe.ticker not in ({{ whence.text_list(without) }})
    {%- endif %}
{%- endmacro -%}
