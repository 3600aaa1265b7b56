-- parts of a portfolio; private credit has no price to be compared with
select
    held.factor,
    held.exposure
from (
    values
    ('treasury_10y', 0.30),
    ('treasury_30y', 0.20),
    ('gold', 0.15),
    ('wti', 0.10),
    ('natural_gas', 0.05),
    ('bills_3m', 0.15),
    ('private_credit', 0.05)
) as held (factor, exposure)
