{#-
  Every ticker with its category: those of the user's relation first, then those of the reference seeds that it does not
  name. Of a ticker that is named twice the first counts: by priority, then in the order of the categories.

  universe: relation or CTE with the columns of the role universe (stg_factor_proxies__universe).
  etfs: of the seed proxy_etfs.
  resolved: as resolved_proxies returns it.
  Columns: those of proxy_universe (docs/factor_proxies.md). is_active is false for what the user switches off, and for
  what categories and asset_class_filters leave out.
-#}
{%- macro proxy_universe(universe, etfs, resolved) -%}
{%- set settings = whence.proxy_settings(resolved) -%}
{%- set filters = settings.asset_class_filters -%}
{%- set position = whence.proxy_category_position('category') -%}
with named as (

    select
        universe.ticker,
        coalesce(universe.category, etfs.category) as category,
        coalesce(
            universe.asset_class, etfs.asset_class,
            case
                when coalesce(universe.category, etfs.category) in ('market', 'style', 'industry') then 'equity'
                else coalesce(universe.category, etfs.category)
            end
        ) as asset_class,
        coalesce(universe.label, etfs.label, universe.ticker) as label,
        coalesce(universe.sector_group, etfs.sector_group) as sector_group,
        coalesce(universe.proxy_key, etfs.proxy_key) as proxy_key,
        coalesce(universe.currency, etfs.currency, 'USD') as currency,
        cast(coalesce(universe.priority, etfs.priority, 1) as integer) as priority,
        coalesce(etfs.is_canonical, false) as is_canonical,
        'user' as source_tier,
        lower(coalesce(universe.is_active, 'true')) not in ('false', 'f', 'no', '0') as is_wanted
    from {{ universe }} as universe
    left join {{ etfs }} as etfs on universe.ticker = etfs.ticker
    where universe.ticker is not null

    union all

    select
        ticker,
        category,
        asset_class,
        label,
        sector_group,
        proxy_key,
        currency,
        priority,
        is_canonical,
        'reference' as source_tier,
        true as is_wanted
    from {{ etfs }}
    where ticker not in (select ticker from {{ universe }} where ticker is not null)

),

ordered as (

    select
        *,
        row_number() over (
            partition by ticker
            order by
                priority, {{ position }}
                {%- for name in ['asset_class', 'label', 'sector_group', 'proxy_key', 'currency'] %},
                {{ whence.text_order("coalesce(" ~ name ~ ", '')") }}
                {%- endfor %},
                case when is_wanted then 0 else 1 end
        ) as choice
    from named

)

select
    ticker,
    category,
    asset_class,
    label,
    sector_group,
    proxy_key,
    currency,
    priority,
    is_canonical,
    source_tier,
    is_wanted
    and category in ({{ whence.text_list(settings.categories) }})
    {%- if filters.include %}
    and asset_class in ({{ whence.text_list(filters.include) }})
    {%- endif %}
    {%- if filters.exclude %}
    and asset_class not in ({{ whence.text_list(filters.exclude) }})
    {%- endif %} as is_active
from ordered
where choice = 1
{%- endmacro -%}

{#-
  The place of a category in the order that all tables have; after all others where it is none of them.

  category: SQL.
-#}
{%- macro proxy_category_position(category) -%}
  {%- set cases = [] -%}
  {%- for name in whence.proxy_categories() -%}
    {%- do cases.append("when '" ~ name ~ "' then " ~ loop.index) -%}
  {%- endfor -%}
  {{ return('case ' ~ category ~ ' ' ~ cases | join(' ') ~ ' else 99 end') }}
{%- endmacro -%}
