-- a barbell of short and long Treasuries, weighted by hand, and energy in equal parts
select
    members.factor_group,
    members.ticker,
    members.weight
from (
    values
    ('barbell', 'treasury_2y', 0.8),
    ('barbell', 'treasury_30y', 0.2),
    ('energy', 'wti', null),
    ('energy', 'brent', null),
    ('energy', 'natural_gas', null)
) as members (factor_group, ticker, weight)
