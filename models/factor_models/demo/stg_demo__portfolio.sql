-- a portfolio of mostly Treasuries; brent has prices and is not held
select
    holdings.asset,
    holdings.market_value
from (
    values
    ('bills_3m', 50000),
    ('treasury_2y', 200000),
    ('treasury_5y', 200000),
    ('treasury_10y', 200000),
    ('treasury_30y', 100000),
    ('gold', 150000),
    ('wti', 70000),
    ('natural_gas', 30000)
) as holdings (asset, market_value)
