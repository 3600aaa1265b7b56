{#-
  The series with returns of some categories: tickers, and the user's groups where user_group is one of them.

  universe: relation or CTE with the columns of proxy_universe.
  quality: of proxy_quality.
  members: of proxy_members.
  categories: list; may be empty.
  without: list of series to leave out.
  Columns: series.
-#}
{%- macro proxy_category_members(universe, quality, members, categories, without=[]) -%}
with listed as (

    select ticker as series
    from {{ universe }}
    where
        is_active
        and {{ 'category in (' ~ whence.text_list(categories) ~ ')' if categories else '1 = 0' }}

    union

    select series
    from {{ members }}
    where composite_kind = 'user_group' and {{ '1 = 1' if 'user_group' in categories else '1 = 0' }}

)

select listed.series
from listed
inner join {{ quality }} as quality on listed.series = quality.series
where
    quality.n_months > 0
    {%- if without %}
    and listed.series not in ({{ whence.text_list(without) }})
    {%- endif %}
{%- endmacro -%}
