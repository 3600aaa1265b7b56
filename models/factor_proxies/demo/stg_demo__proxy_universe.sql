-- what the series of the demo stand for; none is a fund of the reference universe
select
    named.ticker,
    named.category,
    named.asset_class,
    named.label,
    named.proxy_key,
    named.priority
from (
    values
    ('bills_3m', 'cash', 'cash', 'US Treasury bills of 3 months', 'bills', 1),
    ('treasury_2y', 'bond', 'bond', 'US Treasuries of 2 years', 'treasury_short', 1),
    ('treasury_5y', 'bond', 'bond', 'US Treasuries of 5 years', 'treasury_medium', 2),
    ('treasury_10y', 'bond', 'bond', 'US Treasuries of 10 years', 'treasury_10y', 3),
    ('treasury_30y', 'bond', 'bond', 'US Treasuries of 30 years', 'treasury_long', 4),
    ('gold', 'commodity', 'commodity', 'Gold, monthly average', 'gold', 1),
    ('wti', 'commodity', 'commodity', 'WTI oil, spot', 'oil', 2),
    ('brent', 'commodity', 'commodity', 'Brent oil, spot', 'oil', 3),
    ('natural_gas', 'commodity', 'commodity', 'Henry Hub natural gas, spot', 'gas', 4)
) as named (ticker, category, asset_class, label, proxy_key, priority)
